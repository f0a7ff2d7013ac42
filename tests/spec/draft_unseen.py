"""Plans the drafter was not tuned on: documents of places that do not exist, the truth written by hand, and the measure of a draft.

A file of `unseen_plans/` holds the text, the form it is made into (txt, html, docx, pdf, pdf-table) and its truth: tasks as number, words that
stand in the task, lead; deadlines as words and day; targets as words, comparator, number. What is not there is nothing to be found.
"""

import io
import re
import tomllib
from fractions import Fraction
from pathlib import Path

from docx import Document as WordDocument

from draft_documents import pdf_file, pdf_pages, ruled_table
from sanyi.plans.draft import draft_plan, read_document

FOLDER = Path(__file__).resolve().parent / "unseen_plans"
WHAT = ("tasks", "leads", "deadlines", "targets")
MULTIPLES = {"万": 10_000, "亿": 100_000_000}


def plans():
    """The names of the documents."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def truth_of(name):
    """What a document holds, and its text."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def written(name, folder):
    """Make the document's file in a folder; gives its path."""
    truth = truth_of(name)
    form, text = truth["form"], truth["text"].strip() + "\n"
    path = Path(folder) / f"{name}.{form.split('-')[0]}"
    path.write_bytes(
        {
            "txt": lambda: text.encode(truth.get("encoding", "utf-8")),
            "html": lambda: text.encode(truth.get("encoding", "utf-8")),
            "docx": lambda: _word(text),
            "pdf": lambda: pdf_file(pdf_pages(text, truth.get("width", 40), truth.get("height", 30))),
            "pdf-table": lambda: _pdf_table(text),
        }[form]()
    )
    return path


def _rows(lines):
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]


def _word(text):
    """Paragraphs; `**bold**`; lines of | as a table, << merged with the cell to the left, ^^ with the one above."""
    word, lines = WordDocument(), text.splitlines()
    for line in [line for line in lines if not line.startswith("|")]:
        word.add_paragraph().add_run(line.strip("*")).bold = line.startswith("**")
    rows = _rows(line for line in lines if line.startswith("|"))
    if rows:
        table = word.add_table(len(rows), len(rows[0]))
        for at, row in enumerate(rows):
            for column, words in enumerate(row):
                if words in ("<<", "^^"):
                    other = table.cell(at, column - 1) if words == "<<" else table.cell(at - 1, column)
                    other.merge(table.cell(at, column))
                else:
                    table.cell(at, column).text = words
    content = io.BytesIO()
    word.save(content)
    return content.getvalue()


def _pdf_table(text):
    """A ruled table over two pages, its head repeated, the page numbers at the foot."""
    lines = text.splitlines()
    rows = _rows(line for line in lines if line.startswith("|"))
    half = 1 + len(rows) // 2
    pages, rules = [], []
    for at, part in enumerate((rows[:half], [rows[0], *rows[half:]])):
        texts, drawn = ruled_table(part)
        heads = [(60, 800 - 18 * line, words) for line, words in enumerate(lines) if not at and not words.startswith("|")]
        pages.append([*heads, *texts, (280, 40, f"- {at + 1} -")])
        rules += [(at, *rule[1:]) for rule in drawn]
    return pdf_file(pages, rules)


def measure(name, folder):
    """For each of WHAT: drafted right, truth found, misses, surplus."""
    truth, draft = truth_of(name), draft_plan(read_document(written(name, folder)))
    bare, offsets = _bare(draft.text)
    spots = lambda words: [  # noqa: E731
        (offsets[found.start()], offsets[found.end() - 1] + 1) for found in re.finditer(re.escape(_bare(words)[0]), bare)
    ]
    tasks, leads = _tasks(truth, draft, spots)
    return dict(zip(WHAT, (tasks, leads, _deadlines(truth, draft, spots), _targets(truth, draft, spots))))


def _bare(text):
    kept = [(at, character) for at, character in enumerate(text) if not character.isspace()]
    return "".join(character for _, character in kept), [at for at, _ in kept]


def _over(place, spots):
    return any(place.start < end and start < place.end for start, end in spots)


def _plain(words):
    return words.translate(str.maketrans("（）", "()"))


def _tasks(truth, draft, spots):
    drafted = [task for task in draft.tasks if not task.is_part and not task.is_safeguard]
    used, surplus, leads, wrong = set(), [], 0, []
    for task in drafted:
        found = next(
            (
                at
                for at, (number, words, _) in enumerate(truth["tasks"])
                if at not in used
                and _over(task.whole or task.place, spots(words))
                and (not number or number.split(".")[-1] == task.number.split(".")[-1])
            ),
            None,
        )
        if found is None:
            surplus.append(f"{task.number or '—'} {task.heading[:30] or task.words[:30]}")
            continue
        used.add(found)
        lead, true = task.responsibility.lead, truth["tasks"][found][2]
        if lead and _plain(lead.name) == _plain(true):
            leads += 1
        else:
            wrong.append(f"{task.number} {true} (drafted: {lead.name if lead else '—'})")
    misses = [f"{task[0]} {task[1]}" for at, task in enumerate(truth["tasks"]) if at not in used]
    extra = [miss for miss in wrong if "—" not in miss]
    return (len(used), len(used), misses, surplus), (leads, leads, wrong, extra)


def _deadlines(truth, draft, spots):
    drafted = sorted(
        {
            ((item.due.place.start, item.due.place.end), item.due.due, item.due.place)
            for item in draft.items()
            if getattr(item, "due", None) and item.due.due
        },
        key=lambda one: one[:2],
    )
    hits, used, surplus = 0, set(), []
    for _, day, place in drafted:
        found = {at for at, (words, true) in enumerate(truth["deadlines"]) if true == day and _over(place, spots(words))}
        hits += bool(found)
        used |= found
        surplus += [] if found else [f"{day} «{draft.words(place)}»"]
    misses = [f"{day} «{words}»" for at, (words, day) in enumerate(truth["deadlines"]) if at not in used]
    return hits, len(used), misses, surplus


def _targets(truth, draft, spots):
    hits, used, surplus = 0, set(), []
    for target in draft.targets:
        if target.value is None:
            continue
        value = target.value
        for letter, times in MULTIPLES.items():
            value *= times if target.unit.startswith(letter) else 1
        found = next(
            (
                at
                for at, (words, sign, number) in enumerate(truth["targets"])
                if at not in used and sign == target.comparator and Fraction(number) == value and _over(target.place, spots(words))
            ),
            None,
        )
        if found is None:
            surplus.append(f"{target.comparator} {value} {target.unit} «{target.words}»")
        else:
            hits += 1
            used.add(found)
    misses = [" ".join(each) for at, each in enumerate(truth["targets"]) if at not in used]
    return hits, hits, misses, surplus
