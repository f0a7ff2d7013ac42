"""Tables that a reader of PDF or text has flattened into lines: header words first, then cell after cell."""

import re

from sanyi.plans.draft.columns import is_header, roles_of, tiled
from sanyi.plans.draft.delimited import delimited_at
from sanyi.plans.draft.departments import balanced, cut_units, is_unit
from sanyi.plans.draft.document import Cell, Line
from sanyi.plans.draft.lines import paragraph_of

_VALUE = re.compile(
    r"(约|达到|不低于|不少于|不超过|不高于)?[<>≤≥＜＞﹤﹥=＝~～]?\s*\d+(\.\d+)?\s*([%％‰]|张|人|元|天|个|岁|家|万|亿)*"
    r"(\s*[-—–~～至]\s*\d+(\.\d+)?[%％‰]?)?\s*(左右|以上|以下|以内|及以上)?|[-—–－─/]+|暂无(数据)?|无|持续(提高|降低|下降|提升)|逐步(提高|降低|下降|提升)"
)
_LABELLED = re.compile(r"[\u4e00-\u9fff]{2,8}[：:]\s*[<>≤≥]?\d+(\.\d+)?[%％‰]?")
_DUE = re.compile(
    r"(20\d\d[年.]?)?((\d{1,2})月?(\d{1,2}日)?|上半年|下半年|第[一二三四]季度|年)?(底|末|初|中旬)?(前|之前|以前)?(完成)?"
    r"|.{1,14}(后|内|期间)|长期(坚持)?|持续推进|每年|每季度|每月|常年|全年"
)
_DUE_GOES_ON = re.compile(r"(\d{1,2}月?(\d{1,2}日)?|上半年|下半年|年)?(底|末|初|中旬)?(前|之前|以前)?(完成)?")


def find_tables(lines: list[Line]):
    """Split lines into those outside tables and (number of lines kept before the table, rows of cells) for each table."""
    kept, tables, at = [], [], 0
    while at < len(lines):
        found = delimited_at(lines, at) or _table_at(lines, at)
        if found:
            rows, end = found
            tables.append((len(kept), rows))
            at = end
        else:
            kept.append(lines[at])
            at += 1
    return kept, tables


def _table_at(lines, at):
    header, body = _header(lines, at)
    if not header:
        return None
    roles = roles_of(header)
    rows, end = _numbered(lines, body, roles) if roles[0] == "number" or "number" in roles[:2] else _valued(lines, body, roles)
    return ((_header_cells(lines, at, body, header), *rows), end) if len(rows) >= 2 else None


def _header(lines, at):
    """The longest run of short lines from `at` that is nothing but header words."""
    if not lines[at].text.strip() or len(lines[at].text.strip()) > 24:
        return (), at
    words, best = "", ((), at)
    for end in range(at, min(at + 16, len(lines))):
        piece = "".join(lines[end].text.split())
        if len(piece) > 24:
            break
        words += piece
        cells = tiled(words)
        if cells and is_header(roles_of(cells)) and _are_apart(roles_of(cells)):
            best = (cells, end + 1)
    return best


def _are_apart(roles) -> bool:
    """A header names each column once (years aside): what follows it may be header words too, but belongs to the body."""
    named = [role for role in roles if role not in ("year", "note")]
    return len(set(named)) == len(named)


def _header_cells(lines, start, end, header):
    whole = paragraph_of(lines[start:end])
    cells, at = [], 0
    for words in header:
        cells.append(Cell((whole.part(at, at + len(words)),)))
        at += len(words)
    return tuple(cells)


def _fragments(line: Line) -> list[Line]:
    return [Line(line.start + found.start(), found.group(), line.page, line.number) for found in re.finditer(r"\S+", line.text)]


def _numbered(lines, at, roles):
    """Rows that open with the next number on a line of its own."""
    anchors, expected = [], 1
    for index in range(at, len(lines)):
        if lines[index].text.strip() == str(expected):
            anchors.append(index)
            expected += 1
        elif anchors and index - anchors[-1] > 60:
            break
    rows, group, end = [], _between(lines, at, anchors[0]) if anchors else [], at
    for index, anchor in enumerate(anchors):
        last = index + 1 == len(anchors)
        stop = _row_stop(lines, anchor + 1) if last else anchors[index + 1]
        cells, used = _row(lines[anchor + 1 : stop], roles)
        cells |= {"number": _cell([lines[anchor]]), "group": _cell(group)}
        rows.append(tuple(cells.get(role, Cell()) for role in roles))
        end = anchor + 1 + used if last else stop
        named = _between(lines, anchor + 1 + used, stop)
        group = (
            named if not last and any(re.match(r"\s*[（(][一二三四五六七八九十]+[）)]", line.text) for line in named) else group
        )
    return rows, end


def _between(lines, start, stop):
    """The lines of a merged group cell: from its （一） on, without a vertical title and page numbers."""
    found = [line for line in lines[start:stop] if line.text.strip() and not re.fullmatch(r"\s*\d{1,3}\s*", line.text)]
    first = next((at for at, line in enumerate(found) if re.match(r"\s*[（(][一二三四五六七八九十]+[）)]", line.text)), None)
    return found[first:] if first is not None else [line for line in found if len(line.text.strip()) > 2]


def _row_stop(lines, start):
    for index in range(start, min(start + 60, len(lines))):
        if re.match(r"\s*(附件|附表|抄送|#)", lines[index].text):
            return index
    return min(start + 60, len(lines))


def _row(lines, roles):
    """The cells of one numbered row, and how many lines they take."""
    prose = _prose_end(lines, roles)
    cells = {next((role for role in roles if role in ("task", "document", "indicator")), "task"): _cell(lines[:prose])}
    columns = {"leader": [], "bodies": [], "due": []}
    used, open_body = prose, []
    for index in range(prose, len(lines)):
        if (
            columns["due"]
            and not _due_goes_on(columns["due"], lines[index])
            or not _belongs(columns, open_body, lines[index], roles)
        ):
            break
        for fragment in _fragments(lines[index]):
            open_body = _placed(fragment, columns, open_body, roles)
        used = index + 1
    if open_body:
        columns["bodies"].append(open_body)
    return cells | _columns(columns, roles), used


def _belongs(columns, open_body, line, roles) -> bool:
    """A row without a deadline column ends where a line is neither a person nor part of a body's name."""
    if "due" in roles:
        return not re.match(r"\s*(附件|附表|#)", line.text)
    return bool(line.text.strip()) and len(line.text.strip()) < 30


def _prose_end(lines, roles) -> int:
    due = next(
        (index for index, line in enumerate(lines) if re.fullmatch(r"20\d\d年(\d{1,2}月)?底?前?", "".join(line.text.split()))),
        len(lines),
    )
    ends = [index for index, line in enumerate(lines[:due]) if line.text.rstrip().endswith(("。", "；"))]
    if ends:
        return ends[-1] + 1
    for index, line in enumerate(lines):
        words = "".join(line.text.split())
        if index and (
            _DUE.fullmatch(words)
            and words
            or all(is_unit(words[a:b]) for a, b in cut_units(words))
            or "leader" in roles
            and re.fullmatch(r"[\u4e00-\u9fff]{2,3}", words)
        ):
            return index
    return min(1, len(lines))


def _due_goes_on(due, line) -> bool:
    return (
        bool(_DUE_GOES_ON.fullmatch("".join(line.text.split())))
        and bool(line.text.strip())
        and bool(re.fullmatch(r"20\d\d年?(\d{1,2}月?)?", "".join(part.text for part in due)))
    )


def _placed(fragment, columns, open_body, roles):
    words = fragment.text
    if (
        columns["due"]
        or not open_body
        and "due" in roles
        and (columns["bodies"] or "leader" not in roles)
        and _DUE.fullmatch(words)
        and re.search(r"\d|后|内|长期|持续|每|常年|全年", words)
    ):
        columns["due"].append(fragment)
        return []
    if (
        not open_body
        and not columns["bodies"]
        and "leader" in roles
        and re.fullmatch(r"[\u4e00-\u9fff]{2,3}", words)
        and not is_unit(words)
    ):
        columns["leader"].append(fragment)
        return []
    whole = "".join(part.text for part in [*open_body, fragment])
    names = [whole[a:b] for a, b in cut_units(whole)]
    if balanced(whole) and names and is_unit(names[-1]) and whole[-1] not in "、，,":
        columns["bodies"].append([*open_body, fragment])
        return []
    return [*open_body, fragment]


_INTERNAL = re.compile(r".*(科|室|股|处)([（(].*[）)])?")


def _columns(columns, roles):
    bodies = columns["bodies"]
    inside = [body for body in bodies if _INTERNAL.fullmatch("".join(part.text for part in body))]
    cells = {"leader": _stacked([[part] for part in columns["leader"]]), "due": _cell(columns["due"])}
    second = next((role for role in ("units", "partners") if role in roles), "")
    if "lead" not in roles or not second:
        return cells | {"lead" if "lead" in roles else second: _stacked(bodies)}
    lead = inside if inside and len(inside) < len(bodies) else bodies[:1]
    return cells | {"lead": _stacked(lead), second: _stacked([body for body in bodies if body not in lead])}


def _cell(lines) -> Cell:
    return Cell((paragraph_of(lines),)) if lines else Cell()


def _stacked(bodies) -> Cell:
    return Cell(tuple(paragraph_of(body) for body in bodies))


def _valued(lines, at, roles):
    """Rows of a table of figures, one cell a line: words, then as many values as there are value columns."""
    wanted = [role for role in roles if role in ("baseline", "year", "value")]
    rows, words, values, end = [], [], [], at
    for index in range(at, len(lines)):
        text = lines[index].text.strip()
        if not text:
            continue
        if words and (_VALUE.fullmatch(text) or _LABELLED.fullmatch(text)):
            if values and _LABELLED.fullmatch(text) and _LABELLED.fullmatch(values[-1][-1].text.strip()):
                values[-1].append(lines[index])
            else:
                values.append([lines[index]])
            if len(values) == len(wanted):
                rows.append(_figures(roles, words, values))
                words, values, end = [], [], index + 1
        elif values or len(text) > 40 or len(words) > 3 or not wanted:
            break
        else:
            words = (
                [*words[:-1], [*words[-1], lines[index]]]
                if words and not balanced(words[-1][-1].text)
                else [*words, [lines[index]]]
            )
    return rows, end


def _figures(roles, words, values):
    cells, values = {"indicator": _cell(words[-1])}, iter(values)
    if len(words) > 1:
        cells["group"] = _cell(words[0])
    return tuple(_cell(next(values)) if role in ("baseline", "year", "value") else cells.get(role, Cell()) for role in roles)
