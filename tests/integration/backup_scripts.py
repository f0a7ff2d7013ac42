"""What happens to an installation that is backed up while people work in it; run as `python backup_scripts.py NAME FOLDER ARGUMENTS…`, prints JSON."""
import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import script_paths  # noqa: F401  (first: the others are found by it)
from narrowed_doors import narrow_doors

from sanyi.store import configure, prepare_database

VAR = Path(sys.argv[2])
PLAN, PASSWORD, NAME = "small-2023", "a long enough password", "欧阳某某"
PAIRS = {"w1": "w2", "w2": "w1"}


def now() -> datetime:
    return datetime.now(timezone.utc)


def prepare() -> dict:
    """An installation with something of each kind that a backup must carry; gives what is to be found again."""
    prepare_database(VAR)
    narrow_doors()
    import clearing_work
    import ledger_work

    from sanyi.store import factor
    from sanyi.store.accounts import make_account
    from sanyi.store.ciphers import new_key
    from sanyi.store.evidence import add_file
    from sanyi.store.models import Account, Item
    from sanyi.store.trail.sealing import seal
    ledger_work.opened()
    clearing_work.opened()
    item = Item.objects.first()
    proof = add_file("task", item.pk, item.version, "document", "方案.pdf", [b"%PDF-1.4 proof"], "office-1", now())
    first = _person("甲")
    new_key("sm4")
    make_account(VAR, "keeper", PASSWORD, "office")
    account, nonce = Account.objects.get(name="keeper"), factor.new_nonce()
    factor.enrol("keeper", nonce, factor.code_at(factor.secret_of(account, nonce), int(now().timestamp()) // factor.SECONDS), "", now())
    from sanyi.store.messages.tables import Message
    for about, state in (("x 1", "waiting"), ("x 2", "sending")):
        Message.objects.create(person_id=first, institution="C1", kind="code", about=about, state=state, secret_cipher="x", next_at=now(), expires_at=now() + timedelta(days=1), created_by="x", created_at=now())
    (VAR / "drafts" / "d1").mkdir(parents=True)
    (VAR / "drafts" / "d1" / "name.txt").write_text("方案.docx", "utf-8")
    seal(now())
    return {"evidence": proof.sha256, "persons": [first, _person(NAME)], "secret": factor.secret_of(account, nonce).hex()}


def _person(name: str) -> int:
    from sanyi.store.ciphers import enciphered
    from sanyi.store.persons.tables import Person
    return Person.objects.create(name=name, name_key=name, address_cipher=enciphered(f"{name}的住址", "address"), created_by="x", created_at=now()).pk


def write(worker: str) -> int:
    """List problems one after the other until told to stop; each says how far the other writer was when it was written."""
    configure(VAR)
    from sanyi.store.models import Problem
    from sanyi.store.posting import list_problem
    number, other = 0, PAIRS[worker]
    while not (VAR.parent / "stop").exists():
        seen = max((int(text.split()[1]) for text in Problem.objects.filter(text__startswith=f"{other} ").order_by("-pk").values_list("text", flat=True)[:1]), default=0)
        list_problem(PLAN, f"{worker} {number + 1} {seen}", "office-1", now())
        number += 1
        (VAR.parent / f"acknowledged-{worker}").write_text(str(number))
    return number


def settle(most: str = "12") -> int:
    """Settle month after month until told to stop."""
    configure(VAR)
    import clearing_work
    for count, month in enumerate(clearing_work.MONTHS[:int(most)]):
        if (VAR.parent / "stop").exists():
            return count
        clearing_work.settled(month)
    return int(most)


def held() -> dict:
    """What a place holds, told so that it can be compared and held to its own laws."""
    configure(VAR)
    from django.contrib.sessions.models import Session

    import clearing_work
    from sanyi.store.ciphers import deciphered
    from sanyi.store.files import file_path
    from sanyi.store.models import Evidence, LedgerEvent, Problem
    from sanyi.store.persons.tables import Person
    from sanyi.store.trail.tables import AuditEvent
    said = [text.split() for text in Problem.objects.order_by("pk").values_list("text", flat=True)]
    numbers = {worker: [int(number) for who, number, _ in said if who == worker] for worker in PAIRS}
    ids = list(Problem.objects.order_by("pk").values_list("pk", flat=True))
    return {"numbers": {worker: len(found) for worker, found in numbers.items()}, "gaps": [worker for worker, found in numbers.items() if found != list(range(1, len(found) + 1))],
            "unseen": [each for each in said if int(each[2]) > len(numbers[PAIRS[each[0]]])],
            "unlogged": ids != sorted(LedgerEvent.objects.filter(subject="problem", step="list").values_list("subject_id", flat=True)),
            "unrecorded": list(map(str, ids)) != sorted(AuditEvent.objects.filter(subject="problem", step="list").values_list("subject_id", flat=True), key=int),
            "faults": clearing_work.faults(), "sessions": Session.objects.count(), "restored": AuditEvent.objects.filter(subject="backup", step="restore").count(),
            "persons": {row.pk: [row.name, deciphered(row.address_cipher, "address")] for row in Person.objects.all()},
            "evidence": [file_path(VAR, row.sha256).read_bytes().decode() for row in Evidence.objects.exclude(sha256="")]}


def goes_on(secret: str) -> str:
    """Work goes on in the place: the second factor of before still counts, work is written, the trail is sealed and holds."""
    configure(VAR)
    from sanyi.store import factor
    from sanyi.store.posting import list_problem
    from sanyi.store.trail.anchoring import verify_database
    from sanyi.store.trail.sealing import seal
    from sanyi.store.messages.tables import Message
    assert list(Message.objects.order_by("pk").values_list("state", "reason", "secret_cipher")) == [("dropped", "restored", ""), ("unsure", "restored", "")], "what may have gone out since the backup goes out again"
    factor.verify("keeper", factor.code_at(bytes.fromhex(secret), int(now().timestamp()) // factor.SECONDS + 1), now())
    list_problem(PLAN, "w9 1 0", "office-1", now())
    seal(now())
    verify_database([], now())
    return "goes on"


def session() -> str:
    """A session that is open when the backup is made."""
    configure(VAR)
    from django.contrib.sessions.backends.db import SessionStore
    store = SessionStore()
    store["x"] = 1
    store.create()
    return store.session_key


def nightly(nights: str) -> dict:
    """So many nights, of which two backups are kept; what the job says, and what is there."""
    import os
    from datetime import timedelta

    from sanyi.store.backups.jobs import NIGHTLY, backups_folder
    os.environ.update({"SANYI_BACKUPS": str(VAR.parent / "nights"), "SANYI_BACKUPS_KEPT": "2"})
    (VAR.parent / "nights" / "sanyi-by-hand").mkdir(parents=True)
    said = [NIGHTLY.work([], now() + timedelta(days=night), lambda *_: None) for night in range(int(nights))]
    return {"said": said, "there": sorted(path.name for path in backups_folder().iterdir())}


def future() -> str:
    """As a newer program would leave the database: a migration that this one does not know."""
    configure(VAR)
    from django.db.migrations.recorder import MigrationRecorder
    from django.db import connection
    MigrationRecorder(connection).record_applied("store", "0999_later")
    return "later"


def broken_books() -> str:
    """A fen too much in one balance, by a hand that goes round the triggers."""
    configure(VAR)
    from django.db import connection
    with connection.cursor() as cursor:
        for name, in cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'store_bookbalance'").fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute("UPDATE store_bookbalance SET debit_fen = debit_fen + 1, credit_fen = credit_fen + 1 WHERE id = (SELECT MIN(id) FROM store_bookbalance)")
    return "broken"


if __name__ == "__main__":
    if sys.argv[1] != "prepare":
        configure(VAR)
        narrow_doors()
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[3:]), default=str))
