"""Check that what an entry of a pack names is there: bodies, tasks, targets, milestones, and what realises an obligation."""
from sanyi.plans.entries import KINDS
from sanyi.plans.errors import problem_of
from sanyi.plans.near import near
from sanyi.plans.pack import Pack

OF_PACK = {"task": ("task",), "document": ("issued_document",), "milestone": ("milestone",), "target": ("target",), "goal": ("goal",),
           "value": ("value", "gap"), "unit": ("unit",), "duty": ("duty",), "post": ("post",), "prohibition": ("prohibition",)}
OF_CODE = ("step", "indicator", "reported", "rule", "workflow", "guard", "table", "page", "command")


def unknown_references(pack: Pack) -> list:
    ids = {kind: {entry.id for entry in pack.of(kind)} for kind in KINDS}
    named = [
        *((task, "unit", name) for task in pack.of("task") for name in (task.lead, *task.co_leads, *task.units)),
        *((task, "task", name) for task in pack.of("task") for name in (*filter(None, [task.parent]), *task.needs)),
        *((task, "target", name) for task in pack.of("task") for name in task.targets),
        *((duty, "unit", duty.unit) for duty in pack.of("duty")),
        *((post, "unit", post.unit) for post in pack.of("post")),
        *((issued, "unit", name) for issued in pack.of("issued_document") for name in (issued.issuer, *issued.co_issuers)),
        *((unit, "unit", name) for unit in pack.of("unit") for name in filter(None, (unit.parent, unit.district))),
        *((late, "milestone", late.due_after) for kind in ("task", "issued_document", "milestone")
          for late in pack.of(kind) if late.due_after),
    ]
    unknown = [problem_of("unknown_body" if kind == "unit" else f"unknown_{kind}", entry, name, near(name, ids[kind]))
               for entry, kind, name in named if name not in ids[kind]]
    return [*unknown, *_unknown_realisations(pack, ids), *_circles(pack)]


def _unknown_realisations(pack: Pack, ids: dict) -> list:
    problems = []
    for obligation in pack.of("obligation"):
        for named in obligation.realised:
            word, _, name = named.partition(":")
            known = {each for kind in OF_PACK.get(word, ()) for each in ids[kind]}
            if word not in OF_PACK and word not in OF_CODE or not name:
                problems.append(problem_of("unknown_word", obligation, f"realised {named!r}", ", ".join([*OF_PACK, *OF_CODE])))
            elif word in OF_PACK and name not in known:
                problems.append(problem_of("unknown_entry", obligation, named, near(name, known)))
    return problems


def _circles(pack: Pack) -> list:
    """Tasks, milestones and units that wait for each other, or are part of themselves."""
    problems = []
    for ways in ({task.id: task.needs for task in pack.of("task")},
                 {task.id: tuple(filter(None, [task.parent])) for task in pack.of("task")}):
        for task in pack.of("task"):
            if task.id in _reached(task.id, ways):
                problems.append(problem_of("circular_tasks", task, task.id, "needs, parent"))
    for kind, ways in (("milestone", {each.id: tuple(filter(None, [each.due_after])) for each in pack.of("milestone")}),
                       ("unit", {unit.id: tuple(filter(None, [unit.parent])) for unit in pack.of("unit")})):
        problems += [problem_of("circular_entries", entry, entry.id, "due_after" if kind == "milestone" else "parent")
                     for entry in pack.of(kind) if entry.id in _reached(entry.id, ways)]
    return problems


def _reached(start: str, ways: dict) -> set:
    found, waiting = set(), list(ways.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += ways.get(name, ())
    return found
