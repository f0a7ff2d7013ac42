"""The audit trail: one event for each change, each read of personal data and each refusal; sealed, anchored, exported, verified."""
