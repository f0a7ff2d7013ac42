"""How well a drafted pack agrees with the finished one: `python benchmarks/draft_against_packs.py SEEDS_FOLDER [PLAN…] [--brief]`.

The finished packs are the truth; an entry's place is where its `quote` stands in the text (white space removed).
  tasks      pack tasks with a number. A drafted top-level task is right when the quote of a top-level task of the pack stands in its heading
             (or at the start of its text) and the numbers agree, where both have one.
  leads      (task, lead's Chinese name) of numbered tasks whose lead_basis is "text".
  deadlines  (due_quote, due day) of every entry; the same words and day count once, and a drafted deadline is right at any place of them.
  targets    (place, comparator, value) of targets; one whose quote does not hold the figure (a person counted a list) is no miss. A figure the pack keeps as a value, a gap or inside a task
             is neither a hit nor a surplus; "<" and "≤" are told apart, but where the text says 以下: whether that includes the number is an open
             gap of the plans themselves (LJ-92, JH-34, HB-03, GD-23), and each pack keeps the sign of its obligation.
Precision and recall are printed with every miss and every surplus, by plan and for all.
"""

from collections import defaultdict
import re
import sys
import tomllib
from pathlib import Path

from sanyi.plans.draft import draft_plan, read_document
from sanyi.plans.draft.amounts import plan_amount
from sanyi.plans.draft.figures import figures_in

PACKS = Path(__file__).resolve().parent.parent / "packs"
WHAT = ("tasks", "leads", "deadlines", "targets")


class Located:
    """A text without white space, and where each of its characters stood."""

    def __init__(self, text):
        kept = [(at, character) for at, character in enumerate(text) if not character.isspace()]
        self.text = "".join(character for _, character in kept)
        self.offsets = [at for at, _ in kept]

    def places(self, quote):
        """Every place of a quote as (start, end) in the original text."""
        words = "".join(quote.split())
        return (
            [
                (self.offsets[found.start()], self.offsets[found.end() - 1] + 1)
                for found in re.finditer(re.escape(words), self.text)
            ]
            if words
            else []
        )


def entries_of(folder):
    """The pack's entries as written, by kind; every file's own tables."""
    entries = defaultdict(list)
    for path in sorted(folder.glob("*.toml")):
        for kind, tables in tomllib.loads(path.read_text("utf-8")).items():
            if isinstance(tables, list) and path.name != "pack.toml":
                entries[kind] += [table for table in tables if isinstance(table, dict)]
    return entries


def overlap(one, other):
    return one[0] < other[1] and other[0] < one[1]


def same_body(one, other):
    bare = [re.sub(r"[（(].*?[）)]|(局|委员会|委)$", "", name) for name in (one, other)]
    return bare[0].endswith(bare[1]) or bare[1].endswith(bare[0]) or one == other


def compare_tasks(entries, located, draft):
    """Hits, misses, surplus of tasks; and the pairs of matching tasks."""
    top = [task for task in entries["task"] if not task.get("parent") and task.get("quote")]
    drafted = [task for task in draft.tasks if not task.is_part]
    pairs, used, surplus = [], set(), []
    for mine in drafted:
        near = (mine.place.start, max(mine.place.end, min(mine.whole.start + 60, mine.whole.end)))
        found = next(
            (
                at
                for at, task in enumerate(top)
                if at not in used
                and any(overlap(near, place) for place in located.places(task["quote"]))
                and (not task.get("number") or not mine.number or task["number"].split(".")[-1] == mine.number.split(".")[-1])
            ),
            None,
        )
        if found is None:
            surplus.append(f"{mine.number or '—'} {mine.heading[:30]}")
        else:
            used.add(found)
            pairs.append((mine, top[found]))
    numbered = [at for at, task in enumerate(top) if task.get("number")]
    misses = [f"{top[at]['number']} {top[at]['quote'][:30]}" for at in numbered if at not in used]
    return (len(pairs), len(numbered) - len(misses), misses, surplus), pairs


def compare_leads(pairs, entries):
    """Hits, misses, surplus of leads over matched tasks."""
    names = {unit["id"]: unit["zh"] for unit in entries["unit"]}
    hits, misses, surplus = 0, [], []
    for mine, task in pairs:
        lead = mine.responsibility.lead
        truth = names.get(task["lead"], task["lead"]) if task.get("lead_basis") == "text" and task.get("number") else ""
        if lead and truth and same_body(lead.name, truth):
            hits += 1
        else:
            misses += [f"{task.get('number')} {truth} (drafted: {lead.name if lead else '—'})"] if truth else []
            surplus += [f"{mine.number} {lead.name}"] if lead else []
    return hits, hits, misses, surplus


def compare_deadlines(entries, located, draft):
    """Hits, misses, surplus of (place, day); the same words with the same day count once, wherever they stand."""
    truth = {}
    for tables in entries.values():
        for entry in tables:
            if entry.get("due") and entry.get("due_quote"):
                truth.setdefault(("".join(entry["due_quote"].split()), entry["due"]), entry.get("id"))
    drafted = {
        ((item.due.place.start, item.due.place.end), item.due.due)
        for item in draft.items()
        if getattr(item, "due", None) and item.due.due
    }
    hits, used, surplus = 0, set(), []
    for mine in sorted(drafted):
        found = [one for one in truth if one[1] == mine[1] and any(overlap(place, mine[0]) for place in located.places(one[0]))]
        hits += bool(found)
        used.update(found)
        surplus += [] if found else [f"{mine[1]} «{_around(draft, mine[0])}»"]
    return (
        hits,
        len(used),
        [f"{name} {day} «{words}»" for (words, day), name in truth.items() if (words, day) not in used],
        surplus,
    )


def compare_targets(entries, located, draft):
    """Hits, misses, surplus of (place, comparator, value)."""
    truth, counted = {}, set()
    for target in entries["target"]:
        if target.get("value") is None or not target.get("quote"):
            continue
        if not _holds_figure(target):
            counted.add(target["id"])
        for place in located.places(target["quote"])[:1]:
            truth[(place, target["comparator"], target["value"], target.get("unit"))] = target["id"]
    other = [
        place
        for kind in ("value", "gap", "task", "prohibition", "goal", "issued_document", "milestone")
        for entry in entries[kind]
        for place in located.places(entry.get("quote", ""))
    ]
    drafted = set()
    for item in draft.targets:
        if item.value is not None:
            drafted.add(
                (
                    (item.place.start, item.place.end),
                    item.comparator,
                    *plan_amount(item.value, item.unit, item.per + item.measured),
                )
            )
    hits_truth, hits, misses, surplus = _held(
        truth,
        drafted,
        lambda one, mine: overlap(one[0], mine[0]) and _same_sign(one, mine, draft.text) and _same_amount(one, mine),
        located,
        draft,
        other,
    )
    return hits_truth, hits, [miss for miss in misses if miss.split(" ")[0] not in counted], surplus


def _same_sign(truth, mine, text):
    """The same comparator; 以下 may be read with or without the number itself."""
    below = {truth[1], mine[1]} == {"<", "≤"} and "以下" in text[mine[0][0] : mine[0][1] + 3]
    return truth[1] == mine[1] or below


def _same_amount(truth, mine):
    """The same number in the same unit, or in one ten-thousandth of it (counts and their e4)."""
    return truth[2] == mine[2] or {truth[2], mine[2]} == {min(truth[2], mine[2]), min(truth[2], mine[2]) * 10_000}


def _holds_figure(target):
    """Whether the quote itself writes the number, so that it can be drafted from the text."""
    words = "".join(target["quote"].split())
    digits = [target["value"], target["value"] / 100, target["value"] / 10_000]
    written = {str(int(number)) if number == int(number) else f"{number:.10g}" for number in digits}
    return (
        any(re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.]*\d)", words) for number in written)
        or bool(figures_in(words))
        or bool(re.search(r"[一二两三四五六七八九十](?=家|个|所|名|大|间|项)", words))
    )


def _held(truth, drafted, agree, located, draft, neutral=()):
    used, hits, surplus = set(), 0, []
    for mine in sorted(drafted, key=str):
        found = [one for one in truth if agree(one, mine)]
        if found:
            hits += 1
            used.update(found)
        elif not any(overlap(mine[0], place) for place in neutral):
            surplus.append(f"{mine[1:]} «{_around(draft, mine[0])}»")
    misses = [f"{name} {one[1:]} «{_around(draft, one[0])}»" for one, name in truth.items() if one not in used]
    return hits, len(used), misses, surplus


def _around(draft, place):
    words = (
        "".join(draft.text[max(0, place[0] - 12) : place[0]].split())
        + "【"
        + "".join(draft.text[place[0] : place[1]].split())
        + "】"
        + "".join(draft.text[place[1] : place[1] + 10].split())
    )
    return words


def compare(name, seeds):
    """Compare one plan; gives for each of WHAT: drafted right, truth found, misses, surplus."""
    text_path = Path(seeds) / f"{name}.txt"
    draft = draft_plan(read_document(text_path))
    located, entries = Located(draft.text), entries_of(PACKS / name)
    tasks, pairs = compare_tasks(entries, located, draft)
    return dict(
        zip(
            WHAT,
            (
                tasks,
                compare_leads(pairs, entries),
                compare_deadlines(entries, located, draft),
                compare_targets(entries, located, draft),
            ),
        )
    )


def shown(hits, found, misses, surplus):
    """Precision and recall in words."""
    drafted, truth = hits + len(surplus), found + len(misses)
    precision = f"{hits / drafted:.3f}" if drafted else "  —  "
    recall = f"{found / truth:.3f}" if truth else "  —  "
    return f"precision {precision} ({hits}/{drafted})  recall {recall} ({found}/{truth})"


def main(arguments):
    """Print the comparison for every plan that has both a pack and a text."""
    seeds, wanted = arguments[0], [name for name in arguments[1:] if not name.startswith("--")]
    names = [
        path.stem
        for path in sorted(Path(seeds).glob("*.txt"))
        if (PACKS / path.stem).is_dir() and (not wanted or path.stem in wanted)
    ]
    whole = {what: [0, 0, [], []] for what in WHAT}
    for name in names:
        print(f"\n{name}")
        for what, result in compare(name, seeds).items():
            print(f"  {what:9} {shown(*result)}")
            if "--brief" not in arguments:
                print(
                    "".join(f"      missed  {miss}\n" for miss in result[2])
                    + "".join(f"      surplus {extra}\n" for extra in result[3]),
                    end="",
                )
            whole[what] = [one + other for one, other in zip(whole[what], result)]
    print("\nall plans")
    for what in WHAT:
        print(f"  {what:9} {shown(*whole[what])}")


if __name__ == "__main__":
    main(sys.argv[1:])
