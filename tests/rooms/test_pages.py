"""Printed pages are committed, and stale ones fail."""
from pathlib import Path

from sanyi.reports.printed_pages import printed_pages, stale_pages

DOCS = Path(__file__).parents[2] / "docs"


def test_no_page_is_stale():
    assert stale_pages(DOCS, printed_pages()) == [], "run `sanyi pages print`"


def test_a_changed_page_is_found(tmp_path):
    for name, text in printed_pages().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "dictionary.md").write_text("old", "utf-8")
    assert stale_pages(tmp_path, printed_pages()) == ["dictionary.md"]
