"""Files that people hand in: how large, which kinds, and how they are handed out again, never to be run by a browser."""
from collections.abc import Callable

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse

from sanyi.store.files import SIZE_CAP
from sanyi.web.words import say
from sanyi.workflows.errors import BadField

MOST_BYTES = SIZE_CAP + 256 * 1024  # the file and the form around it
ZIP, OLE = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0",)
TYPES = {  # ending: how such a file begins; nothing said means plain text
    "pdf": (b"%PDF",), "docx": ZIP, "xlsx": ZIP, "pptx": ZIP, "ofd": ZIP, "zip": ZIP, "doc": OLE, "xls": OLE, "ppt": OLE, "wps": OLE, "et": OLE,
    "jpg": (b"\xff\xd8\xff",), "jpeg": (b"\xff\xd8\xff",), "png": (b"\x89PNG",), "txt": (), "csv": ()}
ACCEPT = ",".join(f".{ending}" for ending in TYPES)
HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store"}


def small_bodies(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Nothing larger than one file with its form is read at all."""
    def middleware(request: HttpRequest) -> HttpResponse:
        from sanyi.web.views.errors import said
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length[:18]) > MOST_BYTES:
            return said(request, 413, too_large(request))
        return answer(request)
    return middleware


def too_large(request: HttpRequest) -> str:
    """Say how large a file may be."""
    most = SIZE_CAP // 1024 // 1024
    return say(request, f"文件过大：每个文件至多 {most} MB", f"The file is too large: at most {most} MB each")


def checked(file: UploadedFile | None) -> UploadedFile:
    """A file of a known kind whose content is what its ending says. Errors: BadField."""
    if file is None or not file.size:
        raise BadField("请选择文件", "choose a file", "file")
    name = file.name or ""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in TYPES:
        raise BadField(f"不接受的文件类型“{ending[:20]}”；可用：{'、'.join(TYPES)}", f"files of the kind {ending[:20]!r} are not taken; these are: {', '.join(TYPES)}",
                       "file")
    first = file.read(4096)
    file.seek(0)
    if not (first.startswith(TYPES[ending]) if TYPES[ending] else b"\0" not in first):
        raise BadField(f"文件内容与后缀 {ending} 不符", f"the content is not what the ending {ending} says", "file")
    return file


def handed_out(name: str, path) -> FileResponse:
    """A kept file as a download under the name it came with."""
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")
    for header, value in HEADERS.items():
        response.headers[header] = value
    return response


def shown_in_page(path, media: str) -> FileResponse:
    """A kept picture or PDF to be looked at in the browser; it may load nothing and run nothing."""
    response = FileResponse(path.open("rb"), content_type=media)
    is_pdf = media == "application/pdf"  # the browser's own reader of PDF works in no sandbox of ours, and has its own
    for header, value in {**HEADERS, **({"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"} if is_pdf else {})}.items():
        response.headers[header] = value
    return response
