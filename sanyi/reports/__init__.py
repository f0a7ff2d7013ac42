"""What leaves the house on paper: workbooks, and pages that print themselves."""
