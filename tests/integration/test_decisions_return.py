"""What people decide about a run's findings comes back: publish, decide, export, run, publish comes to rest; a decision on what has changed since does not apply. Source: B6."""
from collections import Counter
import importlib.util
from pathlib import Path
import shutil

import pytest
from publishing_work import DAY, NOW, faults, people, step

from sanyi.terms.fen import yuan

SPEC = importlib.util.spec_from_file_location("oracle_audit", Path(__file__).parents[1] / "oracle/audit.py")
ORACLE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(ORACLE)


class Loop:
    """A record, its newest run and the cases about it; each verb is a command."""

    def __init__(self, folder: Path, var: Path, capsys) -> None:
        self.folder, self.records, self.results, self.var, self.said = folder, folder / "records", folder / "results", var, capsys

    def command(self, *words) -> str:
        from sanyi.cli.main import main
        self.said.readouterr()
        assert main([str(word) for word in words]) == 0, self.said.readouterr()
        return self.said.readouterr().out

    def publish(self) -> str:
        return self.command("publish", "--results", self.results, "--by", "bureau-1", "--part", "audit", "--part", "deductions", "--var", self.var)

    def export(self) -> None:
        self.command("export", "--records", self.records, "--from", "2020-01-01", "--to", "2020-12-31", "--table", "audit_decisions", "--var", self.var)

    def run(self) -> str:
        """Run anew; gives the digest of what the run made."""
        import json
        self.command("run", "--plan", "haikou-2018", "--records", self.records, "--year", 2020, "--out", self.results)
        return json.loads((self.results / "run-card.json").read_text("utf-8"))["digest"]

    def rows(self, table: str) -> list[dict]:
        from sanyi.runs.results import Results
        return Results(self.results).page(table, limit=None)

    def hits(self) -> dict:
        return {(row["rule_code"], row["encounter_id"], row["line_number"]): (row["standing_code"], row["counted_fen"], row["decision_id"]) for row in self.rows("audit_hits")}

    def deducted(self) -> dict:
        return {(row["institution_id"], row["insurance_code"], row["place_code"]): row["deducted_fen"] for row in self.rows("audit_deductions")}

    def deducted_by_the_book(self) -> dict:
        """What the slow opinion makes of the hits as they stand."""
        return ORACLE.deductions(self.rows("audit_hits"), self.rows("settlements"), {row["institution_id"]: row["is_in_area"] for row in self.rows("institutions")},
                                 {row["encounter_id"]: row["fund_pay_fen"] for row in self.rows("inpatient_cases")})


@pytest.fixture
def loop(undone, small_year, tmp_path, capsys):
    people()
    shutil.copytree(small_year, tmp_path / "region")
    return Loop(tmp_path / "region", undone, capsys)


def notices() -> dict:
    """What institutions are told is deducted, by key."""
    from sanyi.store.publishing.tables import ResultNotice
    return {row.row_key: row.amount_fen for row in ResultNotice.objects.filter(part="deductions").exclude(state="withdrawn")}


def of_rule(rule: str):
    """The case of a rule that concerns most."""
    from sanyi.store.publishing.tables import AuditCase
    return AuditCase.objects.filter(rule=rule).order_by("-amount_fen", "id").first()


def found_a_violation(row, amount_fen: int):
    """Told, not answered in time, decided by another."""
    step(row, "notify", "bureau-1")
    return step(row, "confirm", "bureau-2", NOW + 11 * DAY, amount_fen=yuan(amount_fen).replace(",", ""), finding="部分成立", document="稽核〔2026〕7号")


def test_the_loop_of_results_and_people_comes_to_rest(loop):
    from sanyi.runs.added_tables import rows_beside
    assert "新增" in loop.publish() and loop.deducted() == loop.deducted_by_the_book()
    before, found = loop.deducted(), loop.hits()
    cleared, agreed, suspect = (of_rule(rule) for rule in ("AUD-12", "AUD-26", "AUD-37"))
    half = agreed.amount_fen // 2
    step(cleared, "clear", "bureau-1", finding="合理"), found_a_violation(agreed, half)
    assert suspect.amount_fen == 0 or found_a_violation(suspect, suspect.amount_fen)
    loop.export()
    rows = {row["decision_id"]: row for row in rows_beside(loop.records, "audit_decisions")}
    said = rows[f"SJ-{agreed.pk}"]
    assert (said["status_code"], said["decided_by"], said["document_code"], said["run_digest"], said["plan_code"], said["year"]) == ("appealable", "bureau-2", "稽核〔2026〕7号", agreed.run, "haikou-2018", 2020)
    settled = loop.run()
    stands = loop.hits()
    assert stands.keys() == found.keys(), "what the rules found is never changed by a decision"
    of = {row.pk: [stands[row.rule, row.encounter, line["line_number"]] for line in row.rows] for row in (cleared, agreed, suspect)}
    assert {each[0] for each in of[cleared.pk]} == {"cleared"} and sum(each[1] for each in of[agreed.pk]) == half and {each[::2] for each in of[agreed.pk]} == {("agreed", f"SJ-{agreed.pk}")}
    assert {each[0] for each in of[suspect.pk]} == {"suspect"}
    assert loop.deducted() == loop.deducted_by_the_book() and 0 < sum(loop.deducted().values()) < sum(before.values())
    why = loop.command("explain", "--results", loop.results, "--case", agreed.encounter, "--var", loop.var)
    assert f"SJ-{agreed.pk}" in why and "bureau-2" in why and "稽核〔2026〕7号" in why and yuan(half) in why
    told = loop.publish()
    audit, deductions = told.splitlines()[:2]
    assert "新增" not in audit and "更正" not in audit and "另立" not in audit and "已决，不动" in audit, "a decision makes no new case"
    assert "更正" in deductions or "撤下" in deductions
    assert notices() == {"|".join(key): amount for key, amount in loop.deducted().items() if amount}, "each institution is told its new sum"
    assert all(words not in loop.publish() for words in ("新增", "更正", "撤下", "另立", "再次"))
    loop.export()
    assert loop.run() == settled and faults() == [], "the same decisions again: the same run"
    _change_prices(loop, agreed.rows[0]["item_code"])
    loop.run()
    now = loop.hits()
    assert {now[agreed.rule, agreed.encounter, line["line_number"]][::2] for line in agreed.rows} == {("definite", None)}, "the finding says something else now: nobody has decided about that"
    assert {now[cleared.rule, cleared.encounter, line["line_number"]][0] for line in cleared.rows} == {"cleared"}
    assert "另立新案" in loop.publish().splitlines()[0]


def _change_prices(loop: Loop, item: str) -> None:
    """The approved price of an item is one fen lower: what goes beyond it is another sum."""
    from sanyi.runs.added_tables import replace_rows, rows_beside
    [row] = [row for row in rows_beside(loop.records, "charge_items") if row["item_code"] == item]
    replace_rows(loop.records, {"charge_items": (lambda old: old["item_code"] == item, [{**row, "price_limit_fen": row["price_limit_fen"] - 1}])})


def test_decisions_as_rows(undone):
    """Parts of lines sum to what was agreed; a violation is final after the appeal or its time; of two about one content the later stands, of other contents each."""
    from publishing_work import case, hits, publish, run

    from sanyi.store.publishing.exporting import decision_rows
    from sanyi.store.publishing.tables import AuditCase
    people()
    publish(run("first"), hits({1: 100, 2: 200, 3: 300}))
    done = found_a_violation(case(1), 60)
    row = AuditCase(pk=9, rows=[{**done.rows[0], "line_number": line, "amount_fen": amount} for line, amount in ((0, 500), (1, 200), (2, 100))], agreed_fen=400, state="confirmed", due=done.due,
                    done_by="b", done_at=NOW, plan="p", year=2020, run="r")
    assert [(each["line_number"], each["agreed_fen"], each["line_count"]) for each in decision_rows(row, NOW.date())] == [(0, 400, 3), (1, 200, 3), (2, 100, 3)], "the case as a whole stands against its lines"
    row.agreed_fen = 100
    assert [each["agreed_fen"] for each in decision_rows(row, NOW.date())] == [100, 67, 33]
    statuses = {(state, day): [each["status_code"] for each in decision_rows(AuditCase(**{**_plain(done), "state": state}), done.due + day * DAY)] for state in ("confirmed", "appealed", "upheld", "closed", "cleared") for day in (0, 1)}
    assert Counter({state: words[0] for state, words in statuses.items()}) == Counter({
        ("confirmed", 0): "appealable", ("confirmed", 1): "final", ("appealed", 0): "appealable", ("appealed", 1): "appealable", **{(state, day): "final" for state in ("upheld", "closed") for day in (0, 1)},
        ("cleared", 0): "cleared", ("cleared", 1): "cleared"})
    step(case(2), "clear", "bureau-1", finding="误报")
    publish(run("second", 1), hits({1: 100, 2: 250, 3: 300}))
    step(case(2), "clear", "bureau-1", finding="误报")
    publish(run("third", 2), hits({1: 100, 2: 200, 3: 300}))
    from sanyi.store.exports import record_exports
    export = record_exports()["audit_decisions"]
    made = list(export.rows(NOW.date(), NOW.date()))
    assert sorted((each["encounter_id"], each["amount_fen"], each["agreed_fen"]) for each in made) == [("E00001", 100, 60), ("E00002", 200, 0), ("E00002", 250, 0)]
    assert AuditCase.objects.filter(encounter="E00002").count() == 2, "the content that was decided first is back: it is decided"
    assert all(export.is_own(each, NOW.date(), NOW.date()) for each in made)


def _plain(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
