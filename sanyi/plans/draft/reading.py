"""Read a file into a document, whatever its kind: text, Word, PDF, HTML."""

from pathlib import Path

from sanyi.plans.draft.document import Document
from sanyi.plans.draft.errors import UnreadableDocument
from sanyi.plans.draft.read_docx import read_docx
from sanyi.plans.draft.read_html import read_html
from sanyi.plans.draft.read_pdf import read_pdf
from sanyi.plans.draft.read_text import read_text

READERS = {".txt": read_text, ".md": read_text, ".docx": read_docx, ".pdf": read_pdf, ".html": read_html, ".htm": read_html}


def read_document(path) -> Document:
    """Read a plan document.

    Errors: UnreadableDocument, when there is no such file, its kind is not known, or it holds no text.
    """
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableDocument(
            f"{path.name}：不认识这种文件；可用：{'、'.join(READERS)}",
            f"{path.name}: this kind of file is not known; known: {', '.join(READERS)}",
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(f"读不到文件 {path}：{error.strerror}", f"cannot read {path}: {error.strerror}") from error
    if not content.strip():
        raise UnreadableDocument(f"{path.name}：文件是空的", f"{path.name}: the file is empty")
    return reader(path.name, content)
