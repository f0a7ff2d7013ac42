"""What residents ask of their family-doctor team online, and what becomes of it."""
