"""What runs say becomes cases that people work on: audit cases, notices of results."""
