"""Who is who: identity numbers, names as they are written and said, and which two rows are one person for certain, perhaps, or not."""
