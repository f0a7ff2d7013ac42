"""What the run says, published to the institutions: audit cases and notices, those of the cast's hospital at every stage."""
from collections.abc import Iterable, Sequence

from sanyi.store.demonstration.cast import Cast
from sanyi.store.log import today_of
from sanyi.store.publishing.carrying import publish
from sanyi.store.publishing.rules import read_terms
from sanyi.store.publishing.tables import AuditCase, ResultNotice
from sanyi.workflows.published import Finding, Run

Published = Iterable[tuple[Run, str, Iterable[Finding]]]  # a run, the part's name, what it found
BUREAU, SECOND, HOSPITAL = "bureau", "bureau-2", "hospital"
# How far each of the hospital's cases goes: who takes which step with what, one a day.
ANSWERED = (("notify", SECOND, {}), ("answer", HOSPITAL, {"answer": "已核对病历与收费明细，说明附后。"}))
FOUND = (*ANSWERED, ("confirm", BUREAU, {"finding": "说明不成立，按规则认定。"}))
APPEALED = (*FOUND, ("appeal", HOSPITAL, {"answer": "抢救期间用药，请按病情复核。"}))
UPHELD = (*APPEALED, ("uphold", SECOND, {"finding": "复核病历，维持认定。"}))
ROADS = (ANSWERED[:1], ANSWERED, FOUND, APPEALED, UPHELD, (*UPHELD, ("close_upheld", BUREAU, {"booked": "示例批次 2020-年度清算"})),
         (*ANSWERED, ("clear", BUREAU, {"finding": "说明成立，排除疑点。"})), ANSWERED[:1], ANSWERED)
NOTICES = ((("acknowledge", HOSPITAL, {}),), (("object", HOSPITAL, {"answer": "结余口径与我院账面不一致，请复核。"}),),
           (("object", HOSPITAL, {"answer": "请复核扣款病例。"}), ("reject", BUREAU, {"finding": "已复核，扣款无误。"})))
BEGAN_DAYS = 8


def publish_run(cast: Cast, published: Published) -> None:
    """Everything; nothing where the run has nothing to publish."""
    began = cast.ago(BEGAN_DAYS)
    terms = read_terms(cast.plan.on(today_of(began)))
    for run, part, findings in published:
        publish(run, part, findings, terms, BUREAU, began)
    _taken(cast, "audit_case", AuditCase.objects.filter(institution=cast.place[HOSPITAL]).order_by("-amount_fen", "pk"), ROADS)
    _taken(cast, "result_notice", ResultNotice.objects.filter(institution=cast.place[HOSPITAL], answerer=BUREAU).order_by("pk"), NOTICES)
    _taken(cast, "audit_case", AuditCase.objects.exclude(institution=cast.place[HOSPITAL]).order_by("-amount_fen", "pk"), (ANSWERED[:1],) * 5)


def _taken(cast: Cast, kind: str, rows: Iterable, roads: Sequence[Sequence[tuple[str, str, dict]]]) -> None:
    for row, road in zip(rows, roads):
        for nth, (step, by, given) in enumerate(road, 1):
            cast.step(kind, row, step, by, cast.ago(BEGAN_DAYS - nth), **given, **({"amount_fen": (row.amount_fen or 0) // 2} if step == "confirm" else {}))
