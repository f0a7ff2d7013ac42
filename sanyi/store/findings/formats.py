"""What a file is, told from its content: what it is called says nothing. Source: NG-01, NG-02."""
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
import json
from typing import Any

from sanyi.workflows.errors import BadField

FORMATS = {"png": ("PNG 图像", "PNG image"), "jpeg": ("JPEG 图像", "JPEG image"), "dicom": ("DICOM 影像", "DICOM"), "pdf": ("PDF 文件", "PDF"), "curve": ("心电曲线", "ECG curve")}
MEDIA = {"png": "image/png", "jpeg": "image/jpeg", "dicom": "application/dicom", "pdf": "application/pdf", "curve": "application/json"}
PICTURES = ("png", "jpeg")  # what a page shows by itself
BEGINS = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "pdf": b"%PDF-"}
PREAMBLE, DICM = 128, b"DICM"  # DICOM, part 10: 128 bytes of anything, then its sign
MOST_LEADS, MOST_SECONDS, MOST_RATE, MOST_MICROVOLTS = 16, 120, 4000, 100_000


def recognised(chunks: Iterable[bytes]) -> tuple[str, Iterator[bytes]]:
    """What a file is, and the file from its beginning. Errors: BadField for what is of no kind that is kept."""
    parts, head = iter(chunks), b""
    for part in parts:
        head += part
        if len(head) >= PREAMBLE + len(DICM):
            break
    found = next((name for name, begins in BEGINS.items() if head.startswith(begins)), "")
    if not found and head[PREAMBLE:PREAMBLE + len(DICM)] == DICM:
        found = "dicom"
    if not found and head.lstrip()[:1] == b"{":
        return "curve", iter([curve_bytes(read_curve(head + b"".join(_within(parts))))])
    if not found:
        raise BadField(f"文件内容不是{'、'.join(zh for zh, _ in FORMATS.values())}之一", f"the content is none of: {', '.join(en for _, en in FORMATS.values())}", "file")
    return found, chain((head,), parts)


def read_curve(content: bytes) -> dict[str, Any]:
    """A curve as JSON: `{"samples_per_second": 500, "unit": "uV", "leads": {"I": [12, 14, …], …}}`, whole microvolts, all leads as long. Errors: BadField."""
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        raise _no_curve("不是合格的 JSON", "it is no proper JSON") from None
    if not isinstance(read, dict) or set(read) != {"samples_per_second", "unit", "leads"} or read["unit"] != "uV":
        raise _no_curve("应有 samples_per_second、unit（uV）和 leads", "it has samples_per_second, unit (uV) and leads")
    return checked_curve(read["samples_per_second"], read["leads"])


def checked_curve(rate: Any, leads: Any) -> dict[str, Any]:
    """The leads of a curve by name with their microvolts. Errors: BadField."""
    if type(rate) is not int or not 1 <= rate <= MOST_RATE:
        raise _no_curve(f"每秒采样数应为 1–{MOST_RATE} 的整数", f"samples_per_second is a whole number from 1 to {MOST_RATE}")
    if not isinstance(leads, dict) or not 1 <= len(leads) <= MOST_LEADS or not all(name.isprintable() and 1 <= len(name) <= 10 for name in leads):
        raise _no_curve(f"导联应为 1–{MOST_LEADS} 个，名称为至多 10 个可显示字符", f"1 to {MOST_LEADS} leads, their names of 10 printable characters at most")
    for name, values in leads.items():
        if not isinstance(values, list) or not all(type(each) is int and abs(each) <= MOST_MICROVOLTS for each in values):
            raise _no_curve(f"导联 {name} 应为整数微伏值（±{MOST_MICROVOLTS}）", f"lead {name} holds whole microvolts within {MOST_MICROVOLTS}")
    lengths = {len(values) for values in leads.values()}
    if len(lengths) != 1 or not rate <= min(lengths) <= rate * MOST_SECONDS:
        raise _no_curve(f"各导联应一样长，1–{MOST_SECONDS} 秒", f"all leads are as long as one another, 1 to {MOST_SECONDS} seconds")
    return {"samples_per_second": rate, "leads": dict(leads)}


def curve_bytes(curve: Mapping[str, Any]) -> bytes:
    """A curve as it is kept: the same curve has the same bytes."""
    return json.dumps({"samples_per_second": curve["samples_per_second"], "unit": "uV", "leads": curve["leads"]}, ensure_ascii=False, separators=(",", ":")).encode()


def _within(parts: Iterator[bytes]) -> Iterator[bytes]:
    """A curve is read whole, so it is no larger than any file may be."""
    from sanyi.store.files import SIZE_CAP, TooLarge
    size = 0
    for part in parts:
        size += len(part)
        if size > SIZE_CAP:
            raise TooLarge(f"文件超过 {SIZE_CAP // 1024 // 1024} MB / the file is larger than {SIZE_CAP // 1024 // 1024} MB")
        yield part


def _no_curve(zh: str, en: str) -> BadField:
    return BadField(f"心电曲线文件：{zh}", f"the curve: {en}", "file")
