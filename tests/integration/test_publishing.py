"""Publishing results to cases: idempotent, newer runs correct what is open, what is decided stays, what vanished is withdrawn; tenants, breaks, older runs. Source: B6, B18."""
import pytest
from publishing_work import DAY, NOW, case, faults, hits, people, publish, run, step, sums

from sanyi.workflows.errors import GuardRefused, NotAllowed, NotPostable, StaleVersion, UndeclaredStep, UnknownWork


@pytest.fixture
def there(undone):
    """The people, and a first run published."""
    people()
    assert publish(run("first"), hits({1: 100, 2: 200, 3: 300, 4: 400})) == {"new": 4}


def lines() -> tuple[int, int]:
    from sanyi.store.models import WorkEvent
    from sanyi.store.trail.tables import AuditEvent
    return WorkEvent.objects.count(), AuditEvent.objects.count()


def confirmed(number: int):
    """A case told, answered and found a violation."""
    row = case(number)
    step(row, "notify", "bureau-1"), step(row, "answer", f"hospital-{2 - number % 2}", answer="合理")
    return step(row, "confirm", "bureau-2", amount_fen="1.00", finding="超频次")


def test_the_same_run_again_changes_nothing_at_all(there):
    before = lines()
    assert publish(run("first"), hits({1: 100, 2: 200, 3: 300, 4: 400}), now=NOW + DAY) == {"same": 4}
    assert lines() == before and faults() == []


def test_a_case_carries_its_run_row_and_clause_and_one_event(there):
    row = case(1)
    assert (row.run, row.row_key, row.clause, row.institution, row.amount_fen, row.state, row.rows[0]["line_number"]) == (run("first").digest, "AUD-13|E00001", "B6", "H1", 100, "found", 1)
    assert row.answer_days == 10 and row.appeal_days == 60


def test_a_newer_run_corrects_what_is_open_and_leaves_what_is_decided(there):
    told, decided, cleared = case(2), confirmed(1), case(3)
    step(told, "notify", "bureau-1"), step(cleared, "clear", "bureau-1", finding="误报")
    after = publish(run("second", 1), hits({1: 100, 2: 250, 3: 330, 5: 500}))
    assert after == {"decided": 1, "restated": 1, "followed": 1, "new": 1, "withdrawn": 1}
    told.refresh_from_db(), decided.refresh_from_db(), cleared.refresh_from_db()
    assert (told.state, told.amount_fen, told.due, told.run) == ("found", 250, None, run("second", 1).digest), "another sum: the institution is told anew"
    assert (decided.state, decided.version, decided.run) == ("confirmed", 4, run("first").digest)
    assert (cleared.state, cleared.amount_fen) == ("cleared", 300) and (case(3).follows_id, case(3).amount_fen, case(3).state) == (cleared.pk, 330, "found")
    assert case(4).state == "withdrawn" and faults() == []


def test_what_is_withdrawn_says_why_and_comes_back_when_a_run_says_it_again(there):
    from sanyi.store.models import WorkEvent
    assert publish(run("second", 1), hits({1: 100})) == {"same": 1, "withdrawn": 3}
    given = WorkEvent.objects.get(subject="audit_case", subject_id=case(4).pk, step="vanish").given
    assert given["run"] == run("second", 1).digest and "不再得出" in given["reason"]
    assert publish(run("third", 2), hits({1: 100, 4: 444})) == {"same": 1, "back": 1}
    assert (case(4).state, case(4).amount_fen) == ("found", 444) and faults() == []


def test_what_is_decided_and_gone_from_the_run_is_left_and_said(there):
    confirmed(1)
    assert publish(run("second", 1), hits({2: 200})) == {"same": 1, "withdrawn": 2, "gone": 1}
    assert case(1).state == "confirmed"


def test_an_older_run_is_refused_and_changes_nothing(there):
    publish(run("second", 5), hits({1: 100}))
    before = lines()[0]
    for older in (run("first"), run("between", 3), run("as late", 5)):
        with pytest.raises(NotPostable):
            publish(older, hits({9: 900}))
    assert lines()[0] == before


def test_a_newer_run_takes_the_word_in_the_middle_of_an_older_one(there, monkeypatch):
    from sanyi.store.publishing import carrying
    monkeypatch.setattr(carrying, "BATCH", 2)

    def overtaken(done):
        if done == 2:
            publish(run("third", 9), hits({1: 111, 7: 700}))
    with pytest.raises(NotPostable):
        publish(run("second", 1), hits({1: 1, 2: 2, 3: 3, 4: 4}), report=overtaken)
    assert (case(1).amount_fen, case(3).state, case(7).amount_fen) == (111, "withdrawn", 700) and faults() == []


def test_a_publishing_that_broke_off_goes_on_where_it_stopped(there, monkeypatch):
    from sanyi.store.publishing import carrying
    from sanyi.store.publishing.tables import Publication
    monkeypatch.setattr(carrying, "BATCH", 2)
    wanted = {number: number * 10 for number in range(1, 10)}

    def dies(done):
        if done == 4:
            raise KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        publish(run("second", 1), hits(wanted), report=dies)
    assert not Publication.objects.get(part="audit").is_whole
    assert publish(run("second", 1), hits(wanted)) == {"same": 4, "new": 5} and Publication.objects.get(part="audit").is_whole and faults() == []


def test_the_dry_run_says_what_will_happen_and_writes_nothing(there):
    from sanyi.store.publishing.carrying import foresee
    confirmed(1)
    before = lines()
    ahead = dict(foresee(run("second", 1), "audit", hits({1: 120, 2: 200, 3: 301, 6: 600})))
    assert lines() == before
    assert ahead == {"followed": 1, "same": 1, "restated": 1, "new": 1, "withdrawn": 1} == publish(run("second", 1), hits({1: 120, 2: 200, 3: 301, 6: 600}))


@pytest.mark.parametrize("by", ["office", "hospital-1", "watcher", "looker"])
def test_only_the_bureau_publishes_money(there, by):
    with pytest.raises(NotAllowed):
        publish(run("second", 1), hits({1: 1}), by=by)


def test_an_institution_sees_and_answers_its_own_alone(there):
    from sanyi.store.act import act
    from sanyi.store.kinds import kind_of
    from sanyi.store.who import actor_of
    seen = {name: kind_of("audit_case").seen_by(actor_of(name)).count() for name in ("hospital-1", "hospital-2", "bureau-1", "office", "watcher", "looker")}
    assert seen == {"hospital-1": 2, "hospital-2": 2, "bureau-1": 4, "office": 4, "watcher": 4, "looker": 0}
    row = step(case(1), "notify", "bureau-1")
    with pytest.raises(UnknownWork):
        act("audit_case", row.pk, row.version, "answer", {"answer": "x"}, "hospital-2", NOW)


def test_nobody_takes_the_steps_of_a_run_by_hand(there):
    for name, given in (("restate", {"run": "x"}), ("vanish", {"run": "x", "reason": "y"})):
        with pytest.raises(GuardRefused):
            step(case(1), name, "office", **given)


def test_a_case_is_heard_decided_by_another_appealed_and_closed(there):
    row = case(3)
    step(row, "notify", "bureau-1")
    with pytest.raises(GuardRefused):
        step(row, "confirm", "bureau-2", amount_fen="1.00", finding="x")  # neither heard nor late
    step(row, "answer", "hospital-1", answer="患者病情需要")
    with pytest.raises(GuardRefused):
        step(row, "confirm", "bureau-1", amount_fen="1.00", finding="x")  # who told them
    with pytest.raises(GuardRefused):
        step(row, "confirm", "bureau-2", amount_fen="3.01", finding="x")  # more than was found
    step(row, "confirm", "bureau-2", amount_fen="2.50", finding="部分成立")
    with pytest.raises(GuardRefused):
        step(row, "close", "bureau-1", booked="第 3 批")  # they may still appeal
    step(row, "appeal", "hospital-1", now=NOW + 60 * DAY, answer="仍不认可")
    with pytest.raises(GuardRefused):
        step(row, "uphold", "bureau-2", finding="x")
    step(row, "uphold", "bureau-1", finding="维持"), step(row, "close_upheld", "bureau-1", booked="第 3 批")
    assert (row.refresh_from_db(), row.state, row.agreed_fen, row.booked) == (None, "closed", 250, "第 3 批") and faults() == []


def test_notices_are_acknowledged_objected_to_and_answered(there):
    from sanyi.store.publishing.tables import ResultNotice
    assert publish(run("first"), sums({"H1": 100, "H2": 200}), "deductions") == {"new": 2}
    first, second = (ResultNotice.objects.get(institution=house) for house in ("H1", "H2"))
    step(first, "object", "hospital-1", answer="数不对"), step(second, "acknowledge", "hospital-2")
    with pytest.raises(GuardRefused):
        step(first, "uphold", "office", finding="x")  # the bureau answers for money
    step(first, "uphold", "bureau-1", finding="应重算")
    assert publish(run("second", 1), sums({"H1": 90, "H2": 200}), "deductions") == {"followed": 1, "decided": 1}
    assert ResultNotice.objects.get(follows=first).amount_fen == 90 and faults() == []
    late = ResultNotice.objects.get(follows=first)
    with pytest.raises(GuardRefused):
        step(late, "deem", "bureau-1", now=NOW + 10 * DAY)
    with pytest.raises(GuardRefused):
        step(late, "object", "hospital-1", now=NOW + 11 * DAY, answer="x")
    assert step(late, "deem", "bureau-1", now=NOW + 11 * DAY).state == "acknowledged"


def test_one_undecided_case_a_row_is_a_law_of_the_database(there):
    from django.db import IntegrityError, transaction
    row = case(1)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.filter(encounter="E00002").update(agreed_fen=201)


def test_who_decided_on_what_was_restated_meanwhile_is_told(there):
    from sanyi.store.act import act
    row = case(1)
    version = row.version
    publish(run("second", 1), hits({1: 150}))
    with pytest.raises(StaleVersion):
        act("audit_case", row.pk, version, "notify", {}, "bureau-1", NOW)
    with pytest.raises(UndeclaredStep):
        step(case(2), "notify", "bureau-1")  # withdrawn


def test_a_small_run_is_published_by_the_command_and_again_changes_nothing(undone, tmp_path, capsys):
    import json

    from web_results import invent

    from sanyi.cli.main import main
    from sanyi.runs.kept import kept_digest
    from sanyi.store.publishing.tables import AuditCase, ResultNotice
    people()
    results = invent(tmp_path, only=("audit_hits", "audit_deductions", "appraisals", "consortium_budgets", "consortia", "institutions"))
    card = json.loads((results / "run-card.json").read_text("utf-8"))
    for made in card["steps"].values():
        made["digest"] = kept_digest(results, made["file"])
    (results / "run-card.json").write_text(json.dumps(card), "utf-8")
    line = ["publish", "--results", str(results), "--var", str(undone)]
    assert main([*line, "--by", "bureau-1", "--dry-run"]) == 0 and AuditCase.objects.count() == 0
    assert main([*line, "--by", "bureau-1"]) == 0 and main([*line, "--by", "office", "--part", "appraisals"]) == 0
    there = AuditCase.objects.count(), ResultNotice.objects.count()
    assert min(there) > 5 and {row.run for row in AuditCase.objects.all()} == {"d" * 64} and faults() == []
    before = lines()
    assert main([*line, "--by", "bureau-1"]) == 0 and lines() == before
    assert main([*line, "--by", "looker"]) == 1 and main([*line, "--by", "office", "--part", "rumours"]) == 1
    said = capsys.readouterr()
    assert "未变 unchanged" in said.out and "rumours" in said.err
    card["steps"]["audit_hits"]["digest"] = "touched"
    (results / "run-card.json").write_text(json.dumps(card), "utf-8")
    assert main([*line, "--by", "bureau-1"]) == 1 and "audit_hits" in capsys.readouterr().err
