"""Publishing a part of a run: findings become cases, batch by batch; the same run again changes nothing, a newer one updates what is open.

Source: B6, B18; the door `publish` of the architecture.
"""
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
import json
from typing import Any, TypeVar

from django.db import transaction

from sanyi.store.act import act
from sanyi.store.crossing import tried_again
from sanyi.store.kinds import kind_of
from sanyi.store.log import today_of, write_line
from sanyi.store.publishing.comparing import WRITTEN, Verdict, digest_of, of_part, vanished, verdicts
from sanyi.store.publishing.rules import Terms
from sanyi.store.publishing.tables import Publication
from sanyi.store.trail.refusing import refusals_recorded
from sanyi.store.who import By, check_roles
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField, NotPostable
from sanyi.workflows.facts import SYSTEM, Actor
from sanyi.workflows.published import PARTS, Finding, Part, Run

BATCH = 200
Report = Callable[[int], None]
One = TypeVar("One")


def foresee(run: Run, name: str, findings: Iterable[Finding]) -> Counter[str]:
    """Say what publishing would do, by what becomes of each (the words of `comparing`); nothing is written. Errors: BadField."""
    part, counts, seen = part_of(name), Counter[str](), set[str]()
    for some in _batches(findings):
        counts.update(each.what for each in verdicts(run, part, some))
        seen |= {each.key for each in some}
    gone, decided = vanished(run, part, seen)
    return counts + Counter(withdrawn=len(gone), gone=decided)


def publish(run: Run, name: str, findings: Iterable[Finding], terms: Terms, by: By, now: datetime, report: Report = lambda done: None) -> Counter[str]:
    """Publish a part of a run; gives how many of what, by what becomes of each (the words of `comparing`). Killed in between, the same again goes on where it stopped.

    Each batch is one transaction under the part's lock; every case that changes leaves its line and its event. Of two runs the one that was finished later
    has the word: an older one is refused, also in the middle. Errors: NotAllowed, BadField, NotPostable.
    """
    part = part_of(name)
    with refusals_recorded(by, subject="publication", subject_id=name, step="publish", now=now):
        _begin(run, part, by, now)
        counts, seen = Counter[str](), set[str]()
        for some in _batches(findings):
            counts += _carry(run, part, some, terms, by, now)
            seen |= {each.key for each in some}
            report(len(seen))
        gone, decided = vanished(run, part, seen)
        for ids in _batches(gone):
            counts += _withdraw(run, part, ids, by, now)
        counts += Counter(gone=decided)
        _end(run, part, counts, by, now)
    return counts


def part_of(name: str) -> Part:
    """A part by its name. Errors: BadField."""
    if name not in PARTS:
        raise BadField(f"没有“{name[:40]}”这类结果；可发布：{'、'.join(PARTS)}", f"there is no part {name[:40]!r}; there are: {', '.join(PARTS)}", "part")
    return PARTS[name]


def _batches(rows: Iterable[One]) -> Iterator[list[One]]:
    going = iter(rows)
    while some := list(islice(going, BATCH)):
        yield some


@tried_again
def _begin(run: Run, part: Part, by: By, now: datetime) -> None:
    """Say which run is being published. Errors: NotAllowed, NotPostable."""
    with transaction.atomic():
        actor = check_roles(by, (part.role,))
        row, is_new = Publication.objects.select_for_update().get_or_create(plan=run.plan, year=run.year, part=part.name, defaults={
            "run": run.digest, "run_finished_at": run.finished_at, "by": actor.name, "at": now})
        _check_newest(row, run)
        if is_new or row.run != run.digest:
            row.run, row.run_finished_at, row.is_whole = run.digest, run.finished_at, False
            _write(row, "begin", actor, now, {})


@tried_again
def _carry(run: Run, part: Part, findings: Sequence[Finding], terms: Terms, by: By, now: datetime) -> Counter[str]:
    with transaction.atomic():
        actor = _locked(run, part, by)[1]
        found = verdicts(run, part, findings, is_held=True)
        for each in found:
            if each.what in ("new", "followed"):
                _open(run, part, each, terms, actor, now)
            elif each.what in ("restated", "back"):
                _restate(run, part, each, now)
    return Counter(each.what for each in found)


@tried_again
def _withdraw(run: Run, part: Part, ids: Sequence[int], by: By, now: datetime) -> Counter[str]:
    with transaction.atomic():
        _locked(run, part, by)
        done = 0
        for row in of_part(run, part).filter(pk__in=ids, state__in=_open_states(part)).select_for_update().order_by("pk"):
            act(part.kind, row.pk, row.version, "vanish", {"run": run.digest, "reason": f"运行 {run.digest[:12]} 不再得出此项 / the run no longer says this"}, SYSTEM, now)
            done += 1
    return Counter(withdrawn=done)


@tried_again
def _end(run: Run, part: Part, counts: Counter[str], by: By, now: datetime) -> None:
    """Note that the run was published whole, once, or that a later look changed something after all."""
    with transaction.atomic():
        row, actor = _locked(run, part, by)
        if not row.is_whole or any(counts[name] for name in WRITTEN):
            row.is_whole, row.counts = True, dict(counts)
            _write(row, "publish", actor, now, dict(counts))


def _locked(run: Run, part: Part, by: By) -> tuple[Publication, Actor]:
    """The part's row, locked; this run must still have the word. Errors: NotAllowed, NotPostable."""
    row = Publication.objects.select_for_update().get(plan=run.plan, year=run.year, part=part.name)
    _check_newest(row, run)
    return row, check_roles(by, (part.role,))


def _check_newest(row: Publication, run: Run) -> None:
    if row.run != run.digest and row.run_finished_at >= run.finished_at:
        raise NotPostable(f"运行 {run.digest[:12]} 不晚于已发布的运行 {row.run[:12]}，不再发布", f"the run {run.digest[:12]} is no newer than {row.run[:12]}, which is published")


def _open(run: Run, part: Part, verdict: Verdict, terms: Terms, actor: Actor, now: datetime) -> None:
    flow, finding = workflow_of(part.kind), verdict.finding
    own = {"appeal_days": terms.appeal_days} if part.kind == "audit_case" else {"answerer": part.role, "due": today_of(now) + timedelta(days=terms.answer_days)}
    row = kind_of(part.kind).table._default_manager.create(plan=run.plan, year=run.year, part=part.name, row_key=finding.key, follows=verdict.row, state=flow.start,
                                                            answer_days=terms.answer_days, opened_by=actor.name, opened_at=now, **_said(run, part, finding), **own)
    write_line(row, part.kind, "carry", actor.name, now, "", {"run": run.digest, "part": part.name, "amount_fen": finding.amount_fen}, actor.persons, actor=actor)


def _restate(run: Run, part: Part, verdict: Verdict, now: datetime) -> None:
    """What the run says goes into the row first, the step after it, in one transaction."""
    row = verdict.row
    assert row is not None
    kind_of(part.kind).table._default_manager.filter(pk=row.pk).update(**_said(run, part, verdict.finding))
    act(part.kind, row.pk, row.version, "reappear" if verdict.what == "back" else "restate", {"run": run.digest}, SYSTEM, now)


def _said(run: Run, part: Part, finding: Finding) -> dict[str, Any]:
    """The columns that say what the run says."""
    own = {"encounter": finding.encounter, "rule": finding.rule} if part.kind == "audit_case" else {}
    return {"run": run.digest, "clause": finding.clause, "institution": finding.institution, "amount_fen": finding.amount_fen,
            "rows": json.loads(json.dumps(finding.rows, default=str)), "digest": digest_of(finding), **own}


def _open_states(part: Part) -> tuple[str, ...]:
    return next(step.before for step in workflow_of(part.kind).steps if step.name == "vanish")


def _write(row: Publication, step: str, actor: Actor, now: datetime, given: dict[str, Any]) -> None:
    row.by, row.at, row.version = actor.name, now, row.version + 1
    row.save()
    write_line(row, "publication", step, actor.name, now, "", {"plan": row.plan, "year": row.year, "part": row.part, "run": row.run, **given}, actor.persons, actor=actor)
