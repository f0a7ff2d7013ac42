"""What was written to the database and was not undone: which tables, and whether an event of the audit trail was among it."""
import re

WRITE = re.compile(r'\s*(INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
SAVED, UNDONE = re.compile(r'SAVEPOINT "?(\w+)"?$'), re.compile(r'ROLLBACK TO SAVEPOINT "?(\w+)"?$')
RESIDENT = re.compile(r"reside\d{3}")  # as tests/integration/web_results.py invents them
EVENTS = "store_auditevent"
OWN = {"django_session", EVENTS, "store_auditnamed", "store_auditlink", "store_auditseal", "store_backgroundjob", "django_migrations", "django_content_type", "auth_permission"}


class Writes:
    """A wrapper around every statement (`connection.execute_wrapper`)."""

    def __init__(self) -> None:
        self.tables: list[str] = []
        self._saved: dict[str, int] = {}

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if found := SAVED.match(sql):
            self._saved[found[1]] = len(self.tables)
        elif found := UNDONE.match(sql):
            del self.tables[self._saved.get(found[1], 0):]
        elif (found := WRITE.match(sql)) and (found[1].startswith("INSERT") or context["cursor"].rowcount != 0):
            self.tables.append(found[2].lower())
        return result

    @property
    def has_event(self) -> bool:
        """Whether an event was left."""
        return EVENTS in self.tables

    def without_event(self) -> set[str]:
        """The tables that were changed, where no event was left."""
        return set() if self.has_event else set(self.tables) - OWN


def persons_in(response) -> list[str]:
    """Residents of an invented run, and persons of the index by their record's number, that an answer which went well names in clear."""
    if response.status_code >= 300 or response.streaming or not response.headers.get("Content-Type", "").startswith(("text/html", "application/json", "application/fhir")):
        return []
    return sorted(set(RESIDENT.findall(response.content.decode("utf-8", "replace"))))[:3]
