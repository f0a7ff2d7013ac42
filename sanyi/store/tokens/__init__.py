"""Tokens for programs: narrower than the account they act for, kept as digests, ended with its rights."""
