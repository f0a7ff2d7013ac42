"""Family-doctor signing: teams, packages, contracts of residents with teams, what is given under them, heads on any day."""
