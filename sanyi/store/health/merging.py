"""When two rows of a person are merged: a consent, a code and what was seen or said stay with the row they named; a consent is given anew for the merged one."""
from sanyi.store.health.tables import AccountCode, BreakGlass, Evaluation, RecordConsent, Unmasking, Visit
from sanyi.store.persons.consequences import moves_rows, stays

CONSENTS, CODES, SEEN, SAID = stays(RecordConsent, "person"), stays(AccountCode, "person"), stays(Unmasking, "person"), stays(Evaluation, "person")
VISITS, GLASSES = moves_rows(Visit, "person", "到诊登记", "visits"), moves_rows(BreakGlass, "person", "紧急调阅", "break-glasses")
