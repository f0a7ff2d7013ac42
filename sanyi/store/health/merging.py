"""When two rows of a person are merged: a consent, a code and what was seen or said stay with the row they named; a consent is given anew for the merged one."""
from sanyi.store.health.tables import AccountCode, Evaluation, RecordConsent, Unmasking
from sanyi.store.persons.consequences import stays

CONSENTS, CODES, SEEN, SAID = stays(RecordConsent, "person"), stays(AccountCode, "person"), stays(Unmasking, "person"), stays(Evaluation, "person")
