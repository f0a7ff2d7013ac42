"""The monthly bulletin, from plain data to a page's parts, a Word document and a workbook, each opened again and held against the data."""
from datetime import date, datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from sanyi.reports.bulletin_parts import bulletin_parts
from sanyi.reports.bulletin_word import shown, write_word
from sanyi.reports.bulletin_workbook import write_bulletin_workbook

TODAY = date(2026, 11, 22)
WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf", "Cn", "Co")), min_size=1, max_size=20).map(str.strip).filter(bool)


def item(number: str, lead: str = "卫健委", due: date | None = None, **more) -> dict:
    late = (TODAY - due).days if due and due < TODAY else 0
    return {"id": int(number), "number": number, "zh": f"事项{number}", "en": f"item {number}", "lead": "x" if lead else "", "lead_zh": lead,
            "lead_en": lead and f"{lead} en", "due": due, "due_after": "", "due_after_months": 0, "days_late": late, "done_by": "", "exempt_reason": "",
            "state": "not_started", **more}


def counted(items: int, done: int, exempt: int = 0, overdue: int = 0) -> dict:
    owed = items - exempt
    return {"items": items, "done": done, "verified": 0, "exempt": exempt, "overdue": overdue, "done_ppm": done * 10**6 // owed if owed else 0}


def posted(number: int, text: str) -> dict:
    return {"id": number, "unit_zh": "医保局", "unit_en": "insurance", "text": text, "due": date(2026, 12, 1), "state_zh": "已下达", "state_en": "issued", "days_late": 0}


def target(number: str, **more) -> dict:
    return {"zh": f"目标{number}", "en": f"target {number}", "comparator": "≥", "value": 650_000, "upper": None, "unit": "ppm", "is_striven_for": False,
            "reading": None, "period": "", "status": "not_computable", "due": None, **more}


def data(**more) -> dict:
    late = [item("1", "医保局", date(2026, 1, 1)), item("2", "卫健委", date(2026, 11, 21)), item("3", "", date(2025, 12, 31))]
    filled = {
        "plan": "p", "title_zh": "甲市方案", "title_en": "Plan of A", "month": "2026-11", "today": TODAY, "yellow_days": 30, "red_days": 7,
        "total": counted(9, 3, 1, 3), "by_lead": [{**counted(4, 1), "zh": "卫健委", "en": "health"}, {**counted(5, 2, 1), "zh": "医保局", "en": "insurance"}],
        "newly_done": [item("4", state="done", done_by="李")], "overdue": late,
        "overdue_by_lead": [{"zh": "医保局", "en": "insurance", "rows": late[:1]}, {"zh": "卫健委", "en": "health", "rows": late[1:2]},
                            {"zh": "未明确牵头单位", "en": "no lead named", "rows": late[2:]}],
        "red": [item("6", due=date(2026, 11, 29)), item("5", due=date(2026, 11, 22))], "yellow": [item("7", due=date(2026, 12, 20))],
        "waiting": [item("8", due_after="parent", due_after_months=3)], "exempt": [item("9", state="exempt", exempt_reason="=等待省平台")],
        "orders_open": [posted(1, "限期报告")], "problems_open": [posted(2, "处方流转")], "problems_closed": [posted(3, "已接通")],
        "targets": [target("1", reading=655_000, period="2026-Q3", status="met"), target("2", comparator="rising", value=None, unit="e4"),
                    target("3", value=30_000, upper=50_000, is_striven_for=True), target("4", unit="fen", value=1_250),
                    target("5", unit="flag", value=1, comparator="=", reading=0, status="missed")],
        "events": {"parent": ("上级文件", "the parent document")}}
    return {**filled, **more}


EMPTY = data(total=counted(0, 0), by_lead=[], newly_done=[], overdue=[], overdue_by_lead=[], red=[], yellow=[], waiting=[], exempt=[], orders_open=[],
             problems_open=[], problems_closed=[], targets=[])


def part(made, name: str):
    return next(each for each in made.parts if each.name == name)


def test_the_paragraph_gives_the_figures_of_the_tables():
    made = bulletin_parts(data())
    assert made.title == "甲市方案任务进展月度通报" and made.subtitle == "2026年11月 · 截至 2026-11-22"
    assert made.summary == ("截至 2026-11-22，台账共 9 项（任务、应发文件和里程碑），已完成 3 项，其中已核实 0 项，完成率 37.50%（不计豁免 1 项）。本月新完成 1 项；"
                            "超期 3 项，红线 2 项（期限前 7 天内），黄线 1 项（30 天内），待上级文件 1 项；未办结督办单 1 件，未销号问题 1 个。")


def test_each_table_holds_its_rows_in_order():
    made = bulletin_parts(data())
    assert part(made, "by_lead").rows[-1] == ("合计", 9, 3, 0, 1, 3, 375_000)
    assert [(row[0], row[1], row[4]) for row in part(made, "overdue").rows] == [("医保局", "1", 325), ("卫健委", "2", 1), ("未明确牵头单位", "3", 326)]
    assert [(row[0], row[4]) for row in part(made, "red").rows] == [("5", 0), ("6", 7)], "the nearest first"
    assert part(made, "waiting").rows[0][3:] == ("上级文件", 3)
    assert part(made, "exempt").rows[0][3] == "=等待省平台"
    assert [row[1:5] for row in part(made, "targets").rows] == [
        ("≥ 65 %", "65.5 %", "2026-Q3", "已达到"), ("上升", "", "", "尚无数值"), ("力争 ≥ 3 %–5 %", "", "", "尚无数值"),
        ("≥ 12.50 元", "", "", "尚无数值"), ("是", "否", "", "未达到")]


def test_in_english_no_chinese_is_ours():
    made = bulletin_parts(data(), "en")
    for each in made.parts:
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in each.title + each.nothing + "".join(column.title for column in each.columns))
    assert "37.50%" in made.summary and part(made, "targets").rows[0][4] == "met" and part(made, "waiting").rows[0][3] == "the parent document"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("given", [data(), EMPTY], ids=["filled", "empty"])
def test_word_opened_again_holds_every_part(given, language, tmp_path: Path):
    import docx
    from docx.oxml.ns import qn

    made = bulletin_parts(given, language)
    path = tmp_path / "bulletin.docx"
    write_word(path, made)
    document = docx.Document(str(path))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert words[:3] == [made.title, made.subtitle, made.summary]
    filled = [each for each in made.parts if each.rows]
    assert words.count(made.parts[0].nothing) == len(made.parts) - len(filled) and len(document.tables) == len(filled)
    for table, each in zip(document.tables, filled):
        assert [[cell.text for cell in row.cells] for row in table.rows] == [
            [column.title for column in each.columns], *([shown(column.kind, value) for column, value in zip(each.columns, row)] for row in each.rows)]
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None, "the head stands on every page"
    fonts = {style: document.styles[style].element.rPr.rFonts.get(qn("w:eastAsia")) for style in ("Normal", "Title", "Heading 1")}
    assert fonts == {"Normal": "宋体", "Title": "黑体", "Heading 1": "黑体"}
    assert not any(name.endswith("Theme") for style in fonts for name in document.styles[style].element.rPr.rFonts.attrib)
    section = document.sections[0]
    assert (section.page_width.mm, section.page_height.mm) == (pytest.approx(210, abs=.1), pytest.approx(297, abs=.1))
    assert "PAGE" in section.footer.paragraphs[0]._p.xml


@pytest.mark.parametrize("given", [data(), EMPTY], ids=["filled", "empty"])
def test_the_workbook_opened_again_holds_every_part(given, tmp_path: Path):
    from python_calamine import CalamineWorkbook
    made = bulletin_parts(given)
    path = tmp_path / "bulletin.xlsx"
    write_bulletin_workbook(path, made)
    book = CalamineWorkbook.from_path(path)
    assert len(book.sheet_names) == 1 + len(made.parts)
    assert [row[0] for row in book.get_sheet_by_index(0).to_python()] == [made.title, made.subtitle, made.summary]
    for place, each in enumerate(made.parts, 1):
        rows = book.get_sheet_by_index(place).to_python()
        assert rows[0] == [column.title for column in each.columns] and len(rows) == len(each.rows) + 1
        for seen, row in zip(rows[1:], each.rows):
            for column, cell, value in zip(each.columns, seen, row):
                expected = "" if value is None else value / 10**6 if column.kind == "share" else value
                assert cell == expected, (each.name, column.title)


@settings(max_examples=25)
@given(texts=st.lists(WORDS, min_size=1, max_size=4))
def test_whatever_people_write_comes_back_word_for_word(texts, tmp_path_factory):
    import docx
    from python_calamine import CalamineWorkbook

    folder = tmp_path_factory.mktemp("words")
    made = bulletin_parts(data(problems_open=[posted(place, text) for place, text in enumerate(texts)],
                               exempt=[item("9", exempt_reason=text) for text in texts]))
    write_word(folder / "b.docx", made)
    write_bulletin_workbook(folder / "b.xlsx", made)
    tables = {each.name: table for each, table in zip((each for each in made.parts if each.rows), docx.Document(str(folder / "b.docx")).tables)}
    assert [row.cells[2].text for row in tables["problems"].rows[1:]] == texts
    names = [each.name for each in made.parts]
    sheet = CalamineWorkbook.from_path(folder / "b.xlsx").get_sheet_by_index(1 + names.index("exempt")).to_python()
    assert [row[3] for row in sheet[1:]] == texts


def test_the_command_writes_both_kinds_and_refuses_others(undone, tmp_path: Path, capsys):
    from sanyi.cli.main import main
    from sanyi.runs.packs import open_plan
    from sanyi.store.opening import open_ledger
    open_ledger(open_plan("haikou-2018"), "system", datetime.now(timezone.utc))
    for name in ("b.docx", "b.xlsx"):
        assert main(["bulletin", "--plan", "haikou-2018", "--month", "2026-11", "--out", str(tmp_path / name), "--var", str(undone)]) == 0
        assert (tmp_path / name).stat().st_size > 5_000 and "任务进展月度通报" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["bulletin", "--plan", "haikou-2018", "--out", str(tmp_path / "b.pdf"), "--var", str(undone)])
    assert main(["bulletin", "--plan", "nothing", "--out", str(tmp_path / "c.docx"), "--var", str(undone)]) == 1
    assert not (tmp_path / "c.docx").exists()
