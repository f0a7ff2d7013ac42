"""DuckDB (and later Spark): open, read, run and write; nothing else in the house knows an engine's name."""
