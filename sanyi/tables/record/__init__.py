"""The regional record: one file per table, in the order a region is described."""
