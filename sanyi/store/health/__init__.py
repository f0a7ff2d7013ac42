"""A person's health record: the basis of reading it, consent, break-glass, visits, unmasking, and what each area adds to the timeline."""
