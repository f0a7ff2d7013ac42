"""The tables of a DRG scheme as bureaus publish them, one file each: gates, predicates, lists, splits, complications, codes."""
