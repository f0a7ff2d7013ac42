"""What must hold between the posted ledger and its batches, vouchers and closings. Source: R09, R10."""
from collections import Counter
from collections.abc import Iterator

from sanyi.payment.books.accounts import UNDER_WAY
from sanyi.payment.books.fault import Fault, Tables, lines_of, net_of


def batches_are_held(tables: Tables) -> Iterator[Fault]:
    """What the newest standing batch says of a key, against all that the ledger holds of it."""
    standing = {row["id"]: row for row in tables["batches"] if row["state"] in ("posted", "paid")}
    newest: dict[str, int] = {}
    for row in tables["said"]:
        if row["batch"] in standing:
            newest[row["key"]] = max(newest.get(row["key"], 0), row["batch"])
    said, held = Counter(), Counter()
    for row in tables["said"]:
        if newest.get(row["key"]) == row["batch"]:
            said[row["key"], row["account"], row["party"]] += row["amount_fen"]
    lines = lines_of(tables)
    for group in tables["groups"]:
        if group["batch"] is not None and group["posting_code"] != "PAY":
            for (account, party), amount in net_of(lines[group["id"]]).items():
                held[group["key"], account, party] += amount
    for key in sorted({**said, **held}):
        if said[key] != held[key]:
            yield Fault("said", key[1], f"{key[0]} {key[2]}", held[key], said[key])


def batches_are_unchanged(tables: Tables) -> Iterator[Fault]:
    """What a batch says has the digest it was approved with."""
    for row in tables["batches"]:
        for name in ("lines_digest", "run_digest"):
            if row[name] != row[f"{name}_now"]:
                yield Fault("bytes", "-", f"{row['name']} {name}", row[f"{name}_now"][:12], row[name][:12])


def sheets_come_to_their_batch(tables: Tables) -> Iterator[Fault]:
    """Each sheet's parts come to its final sum, all of them to the batch's, and the entries on 1002 to what was cleared."""
    finals, cleared = Counter(), Counter()
    for row in tables["sheets"]:
        parts = row["cleared_fen"] + row["adjustment_fen"] - row["retained_fen"] - row["reserve_fen"]
        if parts != row["final_fen"]:
            yield Fault("sheet", UNDER_WAY, f"{row['batch_name']} {row['institution_id']} {row['fund_code']}", row["final_fen"], parts)
        finals[row["batch"]] += row["final_fen"]
        cleared[row["batch"], row["institution_id"], row["fund_code"]] += row["cleared_fen"]
    names = {row["id"]: row for row in tables["batches"]}
    for batch, row in names.items():
        if finals[batch] != row["final_fen"]:
            yield Fault("sheet", UNDER_WAY, row["name"], row["final_fen"], finals[batch])
    posted: Counter = Counter()
    groups = {group["id"]: group for group in tables["groups"]}
    for line in tables["lines"]:
        group = groups.get(line["group"])
        if group and line["account"] == UNDER_WAY and group["batch"] is not None and group["posting_code"] != "PAY" and group["kind"] != "reversal":
            posted[group["batch"], line["party"], group["fund_code"]] += line["credit_fen"] - line["debit_fen"]
    for key in sorted({key for key in (*posted, *cleared) if names[key[0]]["state"] in ("posted", "paid", "reversed")}):
        if posted[key] != cleared[key]:
            yield Fault("sheet", UNDER_WAY, f"{names[key[0]]['name']} {key[1]} {key[2]}", posted[key], cleared[key])


def payments_are_the_sheets(tables: Tables) -> Iterator[Fault]:
    """What was paid is what each sheet says."""
    paid: Counter = Counter()
    groups = {group["id"]: group for group in tables["groups"]}
    for line in tables["lines"]:
        group = groups.get(line["group"])
        if group and group["posting_code"] == "PAY" and line["account"] == UNDER_WAY:
            paid[group["batch"], line["party"], group["fund_code"]] += line["debit_fen"] - line["credit_fen"]
    states = {row["id"]: row["state"] for row in tables["batches"]}
    due = {(row["batch"], row["institution_id"], row["fund_code"]): row["final_fen"] for row in tables["sheets"] if states[row["batch"]] == "paid"}
    for key in sorted({*paid, *due}):
        if paid[key] != due.get(key, 0):
            yield Fault("paid", UNDER_WAY, f"批次/batch {key[0]} {key[1]} {key[2]}", paid[key], due.get(key, 0))


def vouchers_are_posted_once(tables: Tables) -> Iterator[Fault]:
    """A voucher is posted once, with its sum."""
    posted = Counter(group["voucher"] for group in tables["groups"] if group["voucher"] is not None)
    sums = {group["voucher"]: group["total_fen"] for group in tables["groups"] if group["voucher"] is not None}
    for row in tables["vouchers"]:
        expected = (1, row["amount_fen"]) if row["state"] == "posted" else (0, 0)
        found = (posted[row["id"]], sums.get(row["id"], 0))
        if found != expected:
            yield Fault("voucher", row["kind"], f"凭证/voucher {row['number']}", found, expected)


def closings_stand(tables: Tables) -> Iterator[Fault]:
    """A closed period is as it was closed."""
    for row in tables["closings"]:
        if row["digest"] != row["digest_now"]:
            yield Fault("closed", "-", f"{row['period']} 第/round {row['round']}", row["digest_now"][:12], row["digest"][:12])


def disputes_are_settled(tables: Tables) -> Iterator[Fault]:
    """A batch that was approved, posted or paid has no dispute of its own that is open or upheld. Source: EX-25."""
    names = {row["id"]: row["name"] for row in tables["batches"] if row["state"] in ("approved", "posted", "paid")}
    for row in tables["disputes"]:
        if row["batch"] in names and row["state"] in ("raised", "upheld"):
            yield Fault("disputed", UNDER_WAY, f"{names[row['batch']]} {row['unit']} {row['fund_code']}", row["state"], "rejected / dropped")
