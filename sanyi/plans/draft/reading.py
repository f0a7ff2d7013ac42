"""Read a file into a document, whatever its kind: text, Word, PDF, HTML."""

from pathlib import Path

from sanyi.plans.draft.assembling import LONGEST, refuse_long
from sanyi.plans.draft.document import Document
from sanyi.plans.draft.errors import UnreadableDocument
from sanyi.plans.draft.read_docx import read_docx
from sanyi.plans.draft.read_html import read_html
from sanyi.plans.draft.read_pdf import read_pdf
from sanyi.plans.draft.read_text import read_text

LARGEST = 50 * 1024 * 1024  # bytes of a file
LONGEST_PARAGRAPH = 20_000  # characters without a line end
_KINDS = (
    (b"%PDF-", " PDF 文件", "a PDF", (".pdf",)),
    (b"PK\x03\x04", "压缩包（如 Word、Excel、ODT）", "a zip archive (as Word, Excel, ODT are)", (".docx",)),
    (b"\xd0\xcf\x11\xe0", "旧的 Office 文件或有密码的 Word 文件", "an old Office file or a locked Word file", (".docx",)),
    (b"{\\rtf", " RTF 文件", "an RTF file", ()),
)
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
    if len(content) > LARGEST:
        raise UnreadableDocument(
            f"{path.name}：文件有 {len(content) // 1048576} MB，超过 {LARGEST // 1048576} MB",
            f"{path.name}: the file has {len(content) // 1048576} MB, more than {LARGEST // 1048576} MB",
        )
    if not content.strip():
        raise UnreadableDocument(f"{path.name}：文件是空的", f"{path.name}: the file is empty")
    _refuse_disguised(path.name, path.suffix.lower(), content)
    if reader in (read_text, read_html) and len(content) > (4 if reader is read_text else 40) * LONGEST:
        refuse_long(path.name, len(content) // (4 if reader is read_text else 40))
    document = reader(path.name, content)
    if len(document.text) > LONGEST:
        refuse_long(path.name, len(document.text))
    if max(map(len, (paragraph.text for paragraph in document.paragraphs)), default=0) > LONGEST_PARAGRAPH:
        raise UnreadableDocument(
            f"{path.name}：有一段超过 {LONGEST_PARAGRAPH} 字，像是换行丢失了；请恢复分段再试",
            f"{path.name}: one paragraph has more than {LONGEST_PARAGRAPH} characters, its line ends seem lost; restore them and try again",
        )
    return document


def _refuse_disguised(name, suffix, content) -> None:
    """Refuse a file that begins as one of another kind does, and say which."""
    for start, zh, en, suffixes in _KINDS:
        if content.startswith(start) and suffix not in suffixes:
            raise UnreadableDocument(
                f"{name}：扩展名是 {suffix}，内容却是{zh}；请用原来的程序另存为 {suffix} 再试",
                f"{name}: it is called {suffix}, but holds {en}; save it as {suffix} with the program it came from",
            )
