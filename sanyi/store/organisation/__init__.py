"""Institutions, consortia, departments, staff and their postings: who works where, and since when."""
