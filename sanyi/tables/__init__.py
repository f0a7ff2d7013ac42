"""What every table promises, and the only money arithmetic on columns."""
