"""Payment by bed day, by head, and for drugs outside the package."""
