"""What waits for somebody today: each area says in a file of its own which of its work waits for which role."""
