"""The pack a draft is written as: it passes the check, keeps quotes and sources, and is there whole or not at all."""

import re

import pytest

from sanyi.plans import check_pack
from sanyi.plans.draft import FolderNotEmpty, DraftError, draft_plan, read_document, write_pack
from sanyi.plans.draft import writing
from sanyi.plans.pack import read_pack

from draft_documents import ARTICLES, FIGURE_ROWS, MARKDOWN, NOTICE, TASK_ROWS, html_page


@pytest.fixture
def notice(tmp_path):
    path = tmp_path / "notice.txt"
    path.write_text(NOTICE, "utf-8")
    return draft_plan(read_document(path), (("IND-41", "县域内住院率", "ppm"),))


@pytest.mark.parametrize(
    "name, text",
    [("a.txt", NOTICE), ("b.txt", ARTICLES), ("c.md", MARKDOWN), ("d.html", html_page(NOTICE, [TASK_ROWS, FIGURE_ROWS]))],
)
def test_the_pack_passes_its_check(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    folder = write_pack(draft_plan(read_document(path)), tmp_path / "drafted")
    assert check_pack(folder) == ()


def test_every_entry_quotes_the_text_and_states_its_confidence(tmp_path, notice):
    pack = read_pack(write_pack(notice, tmp_path / "drafted"))
    text = "".join(NOTICE.split())
    quoted = [entry for entry in pack.entries if entry.quote]
    assert len(quoted) > 30 and all(entry.quote in text for entry in quoted)
    assert all(
        re.match(r"可信度 0\.\d：", task.note_zh) and re.match(r"confidence 0\.\d: ", task.note_en) for task in pack.of("task")
    )
    assert len({entry.source.obligation for entry in pack.entries}) == len(pack.entries)


def test_units_dues_and_events_are_wired(tmp_path, notice):
    pack = read_pack(write_pack(notice, tmp_path / "drafted"))
    names = {unit.id: unit.zh for unit in pack.of("unit")}
    first = next(task for task in pack.of("task") if task.number == "1")
    assert names[first.lead] == "县卫生健康局" and first.lead_basis == "text"
    relative = next(task for task in pack.of("task") if task.due_after)
    events = {milestone.id: milestone.zh for milestone in pack.of("milestone")}
    assert (events[relative.due_after], relative.due_after_months) == ("省级办法出台", 3)
    assert next(target for target in pack.of("target") if target.quote.startswith("县域内住院率")).indicator == "IND-41"


def test_the_report_says_what_is_doubtful(tmp_path, notice):
    report = (write_pack(notice, tmp_path / "drafted") / "draft-report.md").read_text("utf-8")
    for words in ("起草报告", "望政办发〔2023〕17号", "可信度低", "没有读懂的句子", "县域内住院率 → IND-41"):
        assert words in report


def test_a_folder_that_holds_something_is_left_alone(tmp_path, notice):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "pack.toml").write_text("mine", "utf-8")
    with pytest.raises(FolderNotEmpty):
        write_pack(notice, folder)
    assert [path.name for path in folder.iterdir()] == ["pack.toml"] and (folder / "pack.toml").read_text("utf-8") == "mine"


def test_an_empty_folder_is_used(tmp_path, notice):
    (tmp_path / "empty").mkdir()
    assert check_pack(write_pack(notice, tmp_path / "empty")) == ()


@pytest.mark.parametrize("failing", ["report_of", "check_pack"])
def test_nothing_is_left_when_writing_fails_half_way(tmp_path, notice, monkeypatch, failing):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, failing, fail)
    with pytest.raises(DraftError):
        write_pack(notice, tmp_path / "out" / "drafted")
    assert list((tmp_path / "out").iterdir()) == []


def test_the_command_drafts_and_says_what_it_found(tmp_path, capsys):
    import argparse

    from sanyi.cli import plan_draft

    (tmp_path / "notice.txt").write_text(NOTICE, "utf-8")
    parser = argparse.ArgumentParser()
    plan_draft.add(parser.add_subparsers())
    chosen = parser.parse_args(["draft", str(tmp_path / "notice.txt"), "--out", str(tmp_path / "drafted")])
    chosen.act(chosen)
    assert "任务 8 项" in capsys.readouterr().out and check_pack(tmp_path / "drafted") == ()
