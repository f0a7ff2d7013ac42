"""R09: a hundred faults planted behind the database's back, each found by the check with its account and its entry or line named."""
import random

from clearing_work import NOW, carried, faults, opened, posted, settled, step, voucher
import pytest

pytestmark = pytest.mark.usefixtures("undone")
COUNT = 100


def test_a_hundred_planted_faults_are_all_found_and_named():
    from django.db import connection, transaction
    if connection.vendor != "sqlite":
        pytest.skip("faults are planted on SQLite, whose triggers a test can lift inside its transaction")
    opened()
    voucher("RETAIN", 300)
    settled("2020-01")
    step("settlement_period", _period("2020-01"), "close", "reviewer")
    settled("2020-02", carried("second", {("H1", "resident", 1): 500}, finished=5), "补记")
    step("settlement_batch", posted("2020-03", carried("second", {("H1", "resident", 1): 500}, finished=5)), "reverse", "payer", reason="错")
    assert faults() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'store_%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
    chance, found, missed = random.Random(9), 0, []
    for number in range(COUNT):
        name = sorted(PLANTED)[number % len(PLANTED)]
        with transaction.atomic():
            named = PLANTED[name](chance)
            told = faults()
            if told and all(any(word in fault for fault in told) for word in named):
                found += 1
            else:
                missed.append((name, named, told[:3]))
            transaction.set_rollback(True)
    print(f"{found} of {COUNT} planted faults of {len(PLANTED)} kinds found and named")
    assert missed == [] and found == COUNT


def _period(code):
    from sanyi.store.models import SettlementPeriod
    return SettlementPeriod.objects.get(book__plan="small-2020", code=code)


def _sql(statement: str, *values) -> None:
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount == 1 or "INSERT" in statement, statement


def _line(chance, **where):
    from sanyi.store.models import EntryLine
    lines = list(EntryLine.objects.filter(**where).select_related("group", "account").order_by("pk"))
    return chance.choice(lines)


def _one_fen(chance):
    line = _line(chance)
    side = "debit_fen" if line.debit_fen else "credit_fen"
    _sql(f"UPDATE store_entryline SET {side} = {side} + 1 WHERE id = %s", line.pk)
    return line.account.code, str(line.group.number)


def _orphan(chance):
    line = _line(chance)
    _sql("INSERT INTO store_entryline (group_id, number, account_id, party, debit_fen, credit_fen) VALUES (%s, 1, %s, %s, 5, 0)", f"{chance.getrandbits(128):032x}",
         line.account_id, line.party)
    return line.account.code, "5"


def _other_account(chance):
    from sanyi.store.models import BookAccount
    line = _line(chance)
    other = chance.choice(list(BookAccount.objects.filter(book=line.group.book, party_kind=line.account.party_kind).exclude(pk=line.account_id).order_by("code")))
    _sql("UPDATE store_entryline SET account_id = %s WHERE id = %s", other.pk, line.pk)
    return line.account.code, other.code


def _swapped(chance):
    one = _line(chance)
    two = next(line for line in one.group.lines.order_by("number") if line.account_id != one.account_id)
    _sql("UPDATE store_entryline SET account_id = %s WHERE id = %s", two.account_id, one.pk)
    _sql("UPDATE store_entryline SET account_id = %s WHERE id = %s", one.account_id, two.pk)
    return one.account.code, two.account.code


def _removed(chance):
    line = _line(chance)
    _sql("DELETE FROM store_entryline WHERE id = %s", line.pk)
    return line.account.code, str(line.group.number)


def _other_party(chance):
    line = _line(chance, party="H1")
    _sql("UPDATE store_entryline SET party = 'H3' WHERE id = %s", line.pk)
    return line.account.code, "H3"


def _balance(chance):
    from sanyi.store.models import BookBalance
    row = chance.choice(list(BookBalance.objects.filter(debit_fen__gt=0).exclude(bound="credit").select_related("account").order_by("pk")))
    _sql("UPDATE store_bookbalance SET debit_fen = debit_fen + 1 WHERE id = %s", row.pk)
    return row.account.code, row.party


def _total(chance):
    group = _line(chance).group
    _sql("UPDATE store_entrygroup SET total_fen = total_fen + 1 WHERE id = %s", group.pk.hex)
    return (str(group.number),)


def _both_sides(chance):
    """One fen more on both sides: the entry still balances."""
    group = _line(chance).group
    debit, credit = group.lines.filter(debit_fen__gt=0).first(), group.lines.filter(credit_fen__gt=0).first()
    _sql("UPDATE store_entryline SET debit_fen = debit_fen + 1 WHERE id = %s", debit.pk)
    _sql("UPDATE store_entryline SET credit_fen = credit_fen + 1 WHERE id = %s", credit.pk)
    return debit.account.code, credit.account.code, str(group.number)


def _said(chance):
    from sanyi.store.models import BatchLine
    line = chance.choice(list(BatchLine.objects.filter(batch__state="paid").order_by("pk")))
    _sql("UPDATE store_batchline SET amount_fen = amount_fen + 1 WHERE id = %s", line.pk)
    return (f"批次/batch {line.batch_id}",)


def _sheet(chance):
    from sanyi.store.models import BatchSheet
    row = chance.choice(list(BatchSheet.objects.filter(batch__state="paid").order_by("pk")))
    _sql("UPDATE store_batchsheet SET final_fen = final_fen + 1, cleared_fen = cleared_fen + 1 WHERE id = %s", row.pk)
    return "1002", row.institution_id


def _unlinked(chance):
    from sanyi.store.models import EntryGroup
    group = chance.choice(list(EntryGroup.objects.filter(sequence=2).order_by("number")))
    _sql("UPDATE store_entrygroup SET corrects_id = NULL WHERE id = %s", group.pk.hex)
    return (f"{group.number} {group.key}",)


def _gone(chance):
    """A whole entry with its lines."""
    from django.db import connection
    group = _line(chance).group
    codes = list(group.lines.values_list("account__code", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_entryline WHERE group_id = %s", [group.pk.hex])
        cursor.execute("DELETE FROM store_entrygroup WHERE id = %s", [group.pk.hex])
    return tuple(codes)


def _voucher_sum(chance):
    _sql("UPDATE store_voucher SET amount_fen = amount_fen + 1")
    return ("凭证/voucher 1",)


def _closed_text(chance):
    from sanyi.store.models import EntryGroup
    group = chance.choice(list(EntryGroup.objects.filter(period__code="2020-01").order_by("number")))
    _sql("UPDATE store_entrygroup SET reason = 'x' WHERE id = %s", group.pk.hex)
    return ("2020-01",)


def _upheld(chance):
    from sanyi.store.models import Dispute, SettlementBatch
    batch = chance.choice(list(SettlementBatch.objects.filter(state="paid").order_by("pk")))
    Dispute.objects.create(book=batch.book, batch=batch, unit="H2", fund_code="resident", text="x", opened_by="x", opened_at=NOW, state="upheld")
    return f"批次/batch {batch.pk}", "H2", "upheld"


PLANTED = {"one fen": _one_fen, "orphan": _orphan, "other account": _other_account, "swapped": _swapped, "removed": _removed, "other party": _other_party,
           "balance": _balance, "total": _total, "both sides": _both_sides, "said": _said, "sheet": _sheet, "unlinked": _unlinked, "gone": _gone,
           "voucher": _voucher_sum, "closed": _closed_text, "disputed": _upheld}
