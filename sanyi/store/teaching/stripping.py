"""Pictures without what cameras and programs write beside them: names, days, places and small copies. Source: HK-27."""
from collections.abc import Callable, Iterator

from sanyi.workflows.errors import BadField

SIGN = b"\x89PNG\r\n\x1a\n"
SHOWN = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs", b"bKGD")  # what a picture is drawn from; PNG texts, EXIF and private chunks are none of it
JFIF, ADOBE = b"JFIF\0", b"Adobe"  # of JPEG's application segments these two alone say how it is drawn
ADOBE_LENGTH, JFIF_LENGTH = 12, 14  # a longer JFIF segment holds a small copy of the picture
SOI, EOI, SOS, COM = 0xD8, 0xD9, 0xDA, 0xFE
ALONE = (0x01, *range(0xD0, 0xD8))  # markers without a length: TEM and the restarts within a scan


def stripped(format: str, content: bytes) -> bytes:
    """The same picture, drawn from the same bytes, and nothing beside it. Errors: BadField (it is cut off or broken)."""
    parts: dict[str, Callable[[bytes], Iterator[bytes]]] = {"png": _png, "jpeg": _jpeg}
    try:
        return b"".join(parts[format](content))
    except (IndexError, EOFError):
        raise BadField("图像已损坏或不完整，不能用于教学病例", "an image is broken or cut off, and cannot be taught with", "images") from None


def _png(content: bytes) -> Iterator[bytes]:
    yield SIGN
    place, name = len(SIGN), b""
    while name != b"IEND":
        length, name = int.from_bytes(content[place:place + 4]), content[place + 4:place + 8]
        end = place + length + 12
        if end > len(content):
            raise EOFError
        if name in SHOWN:
            yield content[place:end]
        place = end


def _jpeg(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    place, marker = 2, SOI
    while marker != EOI:
        if content[place] != 0xFF:
            raise EOFError
        while content[place + 1] == 0xFF:  # filling
            place += 1
        marker = content[place + 1]
        end = place + 2 if marker in (*ALONE, EOI) else place + 2 + int.from_bytes(content[place + 2:place + 4])
        if end > len(content) or end == place + 2 and marker not in (*ALONE, EOI):
            raise EOFError
        if marker == SOS:
            end = _scan_end(content, end)
        if _is_drawn(marker, content[place + 4:end]):
            yield content[place:end]
        place = end


def _is_drawn(marker: int, said: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        return said.startswith(JFIF) and len(said) == JFIF_LENGTH or said.startswith(ADOBE) and len(said) == ADOBE_LENGTH
    return marker != COM


def _scan_end(content: bytes, place: int) -> int:
    """Where the next marker stands: within a scan 0xFF is followed by nothing or by a restart."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0 or place + 1 >= len(content):
            raise EOFError
        if content[place + 1] not in (0, 0xFF, *ALONE):
            return place
        place += 1 if content[place + 1] == 0xFF else 2
