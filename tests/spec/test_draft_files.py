"""Drafting from Word, PDF, HTML and text files, and the files it refuses kindly."""

import zipfile

import pytest

from sanyi.plans.draft import NoPlan, UnreadableDocument, draft_plan, read_document

from draft_documents import FIGURE_ROWS, NOTICE, TASK_ROWS, html_page, pdf_file, pdf_pages, ruled_table, word_file

TASKS_OF_THE_NOTICE = [
    ("1", "县卫生健康局"),
    ("2", "县卫生健康局"),
    ("3", "县医保局"),
    ("4", "县社会事务局（社保局）"),
    ("5", "县医保局"),
    ("6", "县卫生健康局"),
]
TASKS_OF_THE_TABLE = [
    ("组建医共体理事会", "县卫生健康局", "2023-06-30"),
    ("推行总额付费", "县医保局", "2023-12-31"),
    ("建设远程影像中心", "县卫生健康局（信息中心）", "2024-03-31"),
]


def drafted(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    return draft_plan(read_document(path))


def leads(draft):
    return [(task.number, task.responsibility.lead.name) for task in draft.tasks if task.number and not task.parent]


def from_table(draft):
    return [
        (task.heading, task.responsibility.lead.name, str(task.due.due))
        for task in draft.tasks
        if task.clause.startswith("任务表")
    ]


def test_word_paragraphs(tmp_path):
    draft = drafted(tmp_path, "plan.docx", word_file(NOTICE.splitlines()))
    assert leads(draft) == TASKS_OF_THE_NOTICE and len(draft.targets) == 12


def test_word_tables_and_automatic_numbers(tmp_path):
    content = word_file(
        ["望舒县公立医院改革实施方案", "二、主要任务"],
        [TASK_ROWS, FIGURE_ROWS],
        ["健全章程。2023年底前完成。（县卫生健康局、县财政局）", "改革薪酬。（县财政局）"],
    )
    draft = drafted(tmp_path, "plan.docx", content)
    assert leads(draft)[:2] == [("1", "县卫生健康局"), ("2", "县财政局")]
    assert from_table(draft) == TASKS_OF_THE_TABLE
    assert [(target.comparator, target.value) for target in draft.targets][:2] == [("≥", 85), ("≥", 88)]


def test_pdf_pages_with_heads_and_page_numbers(tmp_path):
    draft = drafted(tmp_path, "plan.pdf", pdf_file(pdf_pages(NOTICE, height=12)))
    assert leads(draft) == TASKS_OF_THE_NOTICE and len(draft.targets) == 12
    assert "文件汇编" not in "".join(task.words for task in draft.tasks)
    assert {task.place.page for task in draft.tasks} > {2}


def test_pdf_with_a_ruled_table(tmp_path):
    texts, rules = ruled_table(TASK_ROWS)
    draft = drafted(tmp_path, "plan.pdf", pdf_file([[(60, 780, "望舒县公立医院改革工作任务清单"), *texts]], rules))
    assert from_table(draft) == TASKS_OF_THE_TABLE


def test_html_without_its_menus(tmp_path):
    draft = drafted(tmp_path, "plan.html", html_page(NOTICE, [TASK_ROWS, FIGURE_ROWS]).encode("utf-8"))
    assert leads(draft)[:6] == TASKS_OF_THE_NOTICE
    assert from_table(draft) == TASKS_OF_THE_TABLE
    assert not any(word in draft.text for word in ("首页", "网站地图", "县脚本局"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_the_encodings_that_are_in_use(tmp_path, encoding):
    assert leads(drafted(tmp_path, "plan.txt", NOTICE.encode(encoding))) == TASKS_OF_THE_NOTICE


def refusal(tmp_path, name, content, kind=UnreadableDocument):
    with pytest.raises(kind) as refused:
        drafted(tmp_path, name, content)
    assert refused.value.zh and refused.value.en and name in str(refused.value)
    return refused.value.zh


def test_a_scanned_pdf_is_refused(tmp_path):
    assert "扫描" in refusal(tmp_path, "scan.pdf", pdf_file([[], []]))


def test_what_is_no_pdf_or_word_file_is_refused(tmp_path):
    assert "PDF" in refusal(tmp_path, "broken.pdf", b"%PDF-1.4 nothing here")
    assert "Word" in refusal(tmp_path, "old.docx", b"\xd0\xcf\x11\xe0 an old .doc")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as packed:
        packed.writestr("hello.txt", "no Word here")
    assert "Word" in refusal(tmp_path, "zip.docx", (tmp_path / "other.zip").read_bytes())


def test_a_wrong_encoding_is_refused(tmp_path):
    assert "UTF-8" in refusal(tmp_path, "big5.txt", "一、主要任務：推動醫療改革，責任單位：衛生局，財政局，編辦".encode("big5"))
    assert "UTF-8" in refusal(tmp_path, "bytes.txt", bytes(range(128, 256)) * 8)


def test_an_empty_or_unknown_file_is_refused(tmp_path):
    assert "空" in refusal(tmp_path, "empty.txt", b"  \n")
    assert ".docx" in refusal(tmp_path, "plan.xls", b"anything")
    with pytest.raises(UnreadableDocument):
        read_document(tmp_path / "missing.txt")


def test_a_text_that_is_no_plan_is_refused_with_what_was_looked_for(tmp_path):
    told = refusal(tmp_path, "poem.txt", "床前明月光，疑是地上霜。\n举头望明月，低头思故乡。\n".encode(), NoPlan)
    assert "编号的任务" in told and "责任单位" in told and "任务表" in told
