"""From a source system's files to the record: what each field means, what a row must keep to, and why it was refused."""
