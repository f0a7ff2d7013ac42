"""Shared diagnosis for the walker: one version counts, verified by another hand; what is critical is told; a consultation's fee is shared to the fen."""
from collections import Counter
from datetime import timedelta

from walker import Walked, World, furthest

MINUTE = timedelta(minutes=1)
ITEMS = ("k", "k", "dr_chest", "ecg_12", "tsh", "ct_chest", "biopsy")


def opened() -> World:
    from exam_work import NOW, PEOPLE, acting, made
    people = made()
    by = {name: acting(name) for name in (*PEOPLE, "resident-li", "resident-wang", "office-1")}
    return World({**by, "system": "system", "nobody": "nobody"}, NOW, {"people": tuple(people.values()), "tubes": 0})


def order(world, chance):
    from sanyi.store.exams.ordering import ExamWanted, order_exam
    wanted = ExamWanted(chance.choice(world.kept["people"]), chance.choice((*ITEMS, "fly")), chance.choice(("H1", "H1", "H2", "X9")), chance.choice(("routine", "emergency", "soon")),
                        reason=chance.choice(("", "condition_changed", "emergency", "because", "other")), note=chance.choice(("", "x")))
    return order_exam(wanted, world.by[chance.choice(("gp", "gp", "gp-2", "other", "nurse"))], world.now)


def order_critical(world, chance):
    """A potassium that the clinic ordered goes straight to its report, high or not."""
    from sanyi.store.act import act
    from sanyi.store.exams.tables import Exam
    row = furthest(Exam.objects.filter(item="k", centre="H1", institution="C1").exclude(state__in=("released", "cancelled", "scheduled")), chance)
    if row is None:
        from exam_work import order as ordered
        return ordered(chance.choice(world.kept["people"]), "k", chance.choice(("gp", "gp-2")), now=world.now, reason="condition_changed")
    world.kept["tubes"] += 1
    steps = {**dict.fromkeys(("requested", "rejected"), ("sample", "nurse", {"barcode": f"W{world.kept['tubes']}", "sampled_at": world.now})), "sampled": ("send", "nurse", {"sent_at": world.now, "carrier": "x"}),
             "in_transit": ("receive", "tech", {"received_at": world.now, "lowest_e1": 30, "highest_e1": 60}), "received": ("perform", "tech", {"performed_at": world.now}),
             "performed": ("claim", "rad", {}), "claimed": ("report", "rad", a_report(chance)), "correcting": ("report", "rad", a_report(chance)), "reported": ("verify", "rad-2", {}),
             "verified": ("release", "rad-2", {})}
    step, by, given = steps[row.state]
    by = row.claimed_by if step == "report" else by if by != row.done_by else "rad"
    return act("exam", row.pk, row.version, step, given, world.by[by], world.now)


def a_report(chance) -> dict:
    value = chance.choice(("4.1", "6.8", "2.1", "9.0"))
    return {"findings": "x", "conclusion": "x", "value": value, **({"critical": f"K {value}"} if value != "4.1" and chance.random() < 0.8 else {})}


def accept(world, chance):
    from sanyi.store.exams.ordering import accept_result
    from sanyi.store.exams.tables import Exam
    row = chance.choice(list(Exam.objects.order_by("-pk")) or [None])
    if row is None:
        return order(world, chance)
    return accept_result(row.person_id, row.item, row.pk, world.by[chance.choice(("gp", "other", "nurse"))], world.now)


def ask(world, chance):
    from sanyi.store.exams.consulting import ConsultationWanted, ask_consultation
    from sanyi.store.exams.rules import CONSULTATION_KINDS
    wanted = ConsultationWanted(chance.choice(world.kept["people"]), chance.choice(("H1", "H1", "H2", "C1")), chance.choice((*sorted(CONSULTATION_KINDS), "fly")),
                                chance.choice(("routine", "urgent", "emergency", "soon")), chance.choice(("用药", "用药", "")))
    return ask_consultation(wanted, world.by[chance.choice(("gp", "gp-2", "rad", "nurse"))], world.now)


def daily(world):
    from sanyi.store.exams.critical import escalate_due
    escalate_due(world.now)


def one_version_counts(world) -> list[str]:
    """Versions are numbered one by one, the newest is the one that was given out where the examination is released, and no version is given out twice."""
    from sanyi.store.exams.tables import Exam
    faults = []
    for row in Exam.objects.prefetch_related("reports__release"):
        versions = sorted(row.reports.all(), key=lambda each: each.number)
        if [each.number for each in versions] != list(range(1, len(versions) + 1)):
            faults.append(f"exam {row.pk} has versions {[each.number for each in versions]}")
        if row.state == "released" and not (versions and hasattr(versions[-1], "release")):
            faults.append(f"exam {row.pk} is released without its newest version")
        faults += [f"exam {row.pk}: version {each.number} was released by its own writer's verification" for each in versions
                   if hasattr(each, "release") and each.release.verified_by == each.written_by]
        if (row.first_released_at is not None) != any(hasattr(each, "release") for each in versions):
            faults.append(f"exam {row.pk}: its first release is wrong")
    return faults


def what_is_critical_is_told(world) -> list[str]:
    """What lies at or beyond a limit of the plan is not reported as nothing, and somebody by name was told."""
    from decimal import Decimal
    from sanyi.store.exams.rules import rules_now
    from sanyi.store.exams.tables import CriticalValue, ExamReport
    limits, faults = {name: (item.get("critical_low_e3"), item.get("critical_high_e3")) for name, item in rules_now().items.items()}, []
    for report in ExamReport.objects.select_related("exam"):
        low, high = limits.get(report.exam.item, (None, None))
        value = Decimal(report.value) * 1000 if report.value and (low is not None or high is not None) else None
        is_beyond = value is not None and (low is not None and value <= low or high is not None and value >= high)
        if is_beyond and not report.critical:
            faults.append(f"report {report.pk} says {report.value} of {report.exam.item} and nothing critical")
        if report.critical and not CriticalValue.objects.filter(exam=report.exam, text=report.critical).exclude(told_to="").exists():
            faults.append(f"report {report.pk} is critical and nobody was told")
    return faults


def time_out_is_never_forgotten(world) -> list[str]:
    """After the background work nothing waits whose time is out, but what the director was told already."""
    from sanyi.store.exams.rules import rules_now
    from sanyi.store.exams.tables import CriticalValue
    return [f"critical value {row.pk} waits since {row.due_at}" for row in CriticalValue.objects.filter(state__in=("raised", "told", "escalated"), due_at__lte=world.kept.get("worked_at", world.now - timedelta(days=999)))
            if row.stage < rules_now().last_stage]


def fees_add_up(world) -> list[str]:
    from sanyi.store.exams.tables import Consultation
    return [f"consultation {row.pk}: {row.fee_fen} fen, shared {shared}" for row in Consultation.objects.all()
            if (shared := sum(row.shares.values_list("share_fen", flat=True))) != (row.fee_fen if row.state == "closed" else 0)]


def saved_once_a_decision(world) -> list[str]:
    from sanyi.store.exams.tables import RecognitionCheck
    return [f"decision {row.pk} saves {row.saved_fen}" for row in RecognitionCheck.objects.all() if row.saved_fen != (row.price_fen if row.decision == "accepted" else 0)]


def ordered_once(world) -> list[str]:
    from sanyi.store.exams.tables import Exam
    there = Counter(Exam.objects.exclude(state__in=("released", "cancelled")).values_list("person", "item", "institution", "series"))
    return [f"{each} is open {count} times" for each, count in there.items() if count > 1]


def at_work(world):
    daily(world)
    world.kept["worked_at"] = world.now


def barcode(world, row, chance):
    world.kept["tubes"] += 1
    return chance.choice((f"T{world.kept['tubes']}", f"T{world.kept['tubes']}", "T1"))


def told_of(world, row, chance):
    return chance.choice((getattr(row, "text", "x"), f" {getattr(row, 'text', 'x').lower()} ", "K 4.1"))


EXAMS = Walked(
    "exams", ("exam", "critical_value", "consultation"), opened, {"order": order, "order_critical": order_critical, "order_critical_2": order_critical, "accept": accept, "ask": ask},
    {each.__name__: each for each in (one_version_counts, what_is_critical_is_told, time_out_is_never_forgotten, fees_add_up, saved_once_a_decision, ordered_once)},
    values={"barcode": barcode, "device": lambda world, row, chance: chance.choice((None, None, "CT9")), "lowest_e1": lambda world, row, chance: chance.choice((30, 30, -5)), "highest_e1": lambda world, row, chance: chance.choice((60, 60, 99)),
            "value": lambda world, row, chance: chance.choice(("4.1", "6.8", "2.1", "four", None)), "critical": lambda world, row, chance: chance.choice((None, "K 6.8", "K 6.8")),
            "read_back": told_of, "told_to": lambda world, row, chance: chance.choice(("gp", "nurse", "somebody")),
            "fixed_at": lambda world, row, chance: world.now - chance.choice((0, 0, 99)) * MINUTE, "sectioned_at": lambda world, row, chance: world.now - chance.choice((0, 0, -5)) * MINUTE,
            "blocks_count": lambda world, row, chance: chance.choice((1, 2)), "slides_count": lambda world, row, chance: chance.choice((2, 6, 1)),
            "sent_at": lambda world, row, chance: world.now - chance.choice((0, 0, 5)) * MINUTE, "received_at": lambda world, row, chance: world.now - chance.choice((0, 0, 5)) * MINUTE,
            "sampled_at": lambda world, row, chance: world.now - chance.choice((10, 10, -5)) * MINUTE, "performed_at": lambda world, row, chance: world.now - chance.choice((0, 0, -5)) * MINUTE,
            "at": lambda world, row, chance: world.now + chance.choice((60, 60, -5)) * MINUTE},
    follows={"exam.sample": {"barcode_once"}}, daily=at_work, leaps=(timedelta(0), 5 * MINUTE, 20 * MINUTE, timedelta(hours=2), timedelta(days=2)))
