"""Analytic runs: choose plan, records and engine, order the steps, write results with a run card."""
