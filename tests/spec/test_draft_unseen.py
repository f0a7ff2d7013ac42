"""Drafting plans it was not tuned on (draft_unseen.py says how the truth is written), and files made to break it."""

import io
import time
import zipfile
import zlib
from collections import Counter

import pytest

from draft_documents import NOTICE, html_page, pdf_file, pdf_pages, word_file
from draft_unseen import WHAT, measure, plans, written
from sanyi.plans import check_pack
from sanyi.plans.draft import DraftError, NoPlan, UnreadableDocument, draft_plan, read_document, write_pack
from sanyi.plans.draft.dates import deadlines_in
from sanyi.plans.draft.figures import figures_in

FLOOR = 0.95
SECONDS = 60  # a bound for a busy machine: each takes a few seconds at most on a free one


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    return {name: measure(name, tmp_path_factory.mktemp("unseen")) for name in plans()}


def test_there_are_many_plans_of_every_form():
    assert len(plans()) >= 18


@pytest.mark.parametrize("what", WHAT)
def test_precision_and_recall_over_all(measured, what):
    count = Counter()
    for results in measured.values():
        hits, found, misses, surplus = results[what]
        count.update(hits=hits, drafted=hits + len(surplus), found=found, truth=found + len(misses))
    assert count["truth"] >= 80
    assert count["hits"] >= FLOOR * count["drafted"] and count["found"] >= FLOOR * count["truth"]


@pytest.mark.parametrize("name", plans())
def test_no_plan_falls_behind(measured, name):
    for what, (_, found, misses, surplus) in measured[name].items():
        assert len(misses) <= 1 and len(surplus) <= 1, (what, misses, surplus)


def figures(text):
    return [(one.comparator, one.value, one.unit) for one in figures_in(text)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("65岁及以上老年人签约率达到70%", [("=", 70, "%")]),
        ("年收入10万元以上的村占比达到80%", [("=", 80, "%")]),
        ("供水人口比例由62%提高到70%", [("=", 70, "%")]),
        ("由14户压减至10户以内", [("≤", 10, "户")]),
        ("8月31日前完成改造", []),
        ("每百名学生配备", []),
        ("24小时扑灭率达到95%", [("=", 95, "%")]),
        ("营业收入翻一番", [("=", 2, "倍")]),
        ("死亡率较2020年下降10%", [("=", 10, "%")]),
        ("审批不超过40个工作日", [("≤", 40, "个工作日")]),
        ("资产总额突破3000亿元", [(">", 3000, "亿元")]),
    ],
)
def test_numbers_that_are_targets_and_numbers_that_only_say_of_what(text, expected):
    assert figures(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("第三季度前完成调价", "2025-06-30"),
        ("第三季度底前完成调价", "2025-09-30"),
        ("上半年完成投资", "2025-06-30"),
        ("新院区9月底前投入使用", "2025-09-30"),
        ("其中2024年完成改造", "2024-12-31"),
        ("有效期至2027年12月31日", None),
        ("2024年是关键一年", None),
        ("每季度末报送", None),
        ("去年上半年下降", None),
        ("次年3月底前清算", None),
    ],
)
def test_deadlines_without_a_year_and_years_that_are_none(text, expected):
    assert [str(one.due) for one in deadlines_in(text, 2025)] == ([expected] if expected else [])


def packed(parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, words in parts.items():
            file.writestr(name, words)
    return content.getvalue()


def word_with(body) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(word_file(NOTICE.splitlines())))
    return packed({name: source.read(name) for name in source.namelist()} | {"word/document.xml": body})


def laughs() -> str:
    kinds = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 12))
    return f'<!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{kinds}]><w:document xmlns:w="x"><w:body>&a9;</w:body></w:document>'


REFUSED = {
    "huge.txt": lambda: (NOTICE * 9000).encode(),
    "long.txt": lambda: (NOTICE * 250).encode(),
    "one-line.txt": lambda: (NOTICE.replace("\n", "") * 60).encode(),
    "zip-bomb.docx": lambda: word_with(b" " * 250_000_000),
    "text-bomb.docx": lambda: word_with(b"<w:p><w:r><w:t>aaaa</w:t></w:r></w:p>" * 700_000),
    "entities.docx": lambda: word_with(laughs()),
    "broken.docx": lambda: word_with("<w:document><broken"),
    "sheet.docx": lambda: packed({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}),
    "open.docx": lambda: packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
    "old.docx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000,
    "word.txt": lambda: word_file(NOTICE.splitlines()),
    "word.html": lambda: word_file(NOTICE.splitlines()),
    "pdf.docx": lambda: pdf_file(pdf_pages(NOTICE)),
    "rich.txt": lambda: b"{\\rtf1 hello}",
    "pages.pdf": lambda: pdf_file([[(60, 700, "一、推进改革")]] * 301),
    "nul.txt": lambda: NOTICE.replace("一、", "一\0、").encode(),
    "nested.html": lambda: ("<div>" * 100_000 + NOTICE + "</div>" * 100_000).encode(),
    "wide.html": lambda: ("<table>" + ("<tr>" + "<td rowspan=60000 colspan=900>序号</td>" * 9 + "</tr>") * 300 + "</table>").encode(),
    "rows.html": lambda: ("<table>" + "<tr><td>1</td><td>推进改革</td><td>县卫生健康局</td></tr>" * 20_000 + "</table>").encode(),
    "english.txt": lambda: b"County plan 2025\n1. Strengthen primary care, 90% by June 2025.\n2. Reform payment.\n",
    "empty-table.docx": lambda: word_file(["一、任务"], [(("", ""), ("", ""))]),
    "empty-table.html": lambda: "<table></table><table><tr></tr></table><p>一、任务</p>".encode(),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_break_it_is_refused_soon_with_a_reason(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(REFUSED[name]())
    began = time.monotonic()
    with pytest.raises((UnreadableDocument, NoPlan)) as refused:
        draft_plan(read_document(path))
    assert time.monotonic() - began < SECONDS
    assert name in refused.value.zh and name in refused.value.en
    assert list(tmp_path.iterdir()) == [path]


LOCKED = b"trailer << /Encrypt << /Filter /Standard /V 1 /R 2 /O (" + b"a" * 32 + b") /U (" + b"b" * 32 + b") /P -4 >> /ID [(aa)(aa)] "


def test_a_locked_pdf_is_refused_and_says_so(tmp_path):
    path = tmp_path / "locked.pdf"
    path.write_bytes(pdf_file(pdf_pages(NOTICE)).replace(b"trailer << ", LOCKED))
    with pytest.raises(UnreadableDocument, match="密码"):
        read_document(path)


def test_a_pdf_whose_stream_unpacks_without_end_is_refused(tmp_path):
    stream = zlib.compress(b"0 " * 150_000_000, 9)
    path = tmp_path / "bomb.pdf"
    path.write_bytes(b"%PDF-1.4\n1 0 obj << /Filter /FlateDecode /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream)
    with pytest.raises(UnreadableDocument, match="过大"):
        read_document(path)


ODD = {
    "right-to-left.txt": lambda: "".join(
        letter + ("\u200f" if at % 7 == 0 else "") for at, letter in enumerate("\u202e" + NOTICE)
    ).encode(),
    "zero-width.txt": lambda: NOTICE.replace("。", "。\u200b").replace("、", "、\ufeff").encode(),
    "controls.html": lambda: html_page(NOTICE).replace("二、", "\x00\x0b\u200b二、").encode(),
    "controls.txt": lambda: NOTICE.replace("。\n", "。\x0b\n").encode(),
}


@pytest.mark.parametrize("name", ODD)
def test_characters_that_show_nothing_change_nothing(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(ODD[name]())
    draft = draft_plan(read_document(path))
    leads = [task.responsibility.lead.name for task in draft.tasks if task.number and not task.is_part]
    assert leads[:3] == ["县卫生健康局", "县卫生健康局", "县医保局"] and len(leads) == 6
    assert len(draft.targets) == 12


def test_a_plan_in_traditional_characters_is_drafted_or_refused_and_nothing_is_half_written(tmp_path):
    path = tmp_path / "traditional.txt"
    path.write_text("一、主要任務\n1.推動醫療改革，2025年6月底前達到90%以上。（責任單位：縣衛生健康局）\n2.完善支付。（責任單位：縣醫保局）\n")
    try:
        folder = write_pack(draft_plan(read_document(path)), tmp_path / "out")
    except DraftError:
        assert list(tmp_path.iterdir()) == [path]
    else:
        assert check_pack(folder) == ()
        assert "推動醫療改革" in "".join(file.read_text("utf-8") for file in folder.iterdir())


@pytest.mark.parametrize("name", plans())
def test_every_unseen_plan_becomes_a_pack_that_passes_its_check(tmp_path, name):
    folder = write_pack(draft_plan(read_document(written(name, tmp_path))), tmp_path / "out")
    assert check_pack(folder) == ()
    assert (folder / "draft-report.md").stat().st_size > 0
