"""A made-up image and a made-up ECG for the demonstration: of nobody, and told apart by a number."""
from struct import pack
from zlib import compress, crc32

SIDE, RATE, SECONDS = 256, 250, 10
LEADS = {"I": 8, "II": 12, "III": 5, "aVR": -10, "aVL": 3, "aVF": 9, "V1": -6, "V2": -4, "V3": 4, "V4": 12, "V5": 12, "V6": 9}  # the height of each lead's peak, in tenths of a millivolt
BEAT = ((20, 26, 100), (38, 40, -100), (40, 44, 1000), (44, 46, -200), (62, 74, 250))  # of a hundred parts of a beat: from, to, how high (thousandths of the peak): P, Q, R, S, T


def grey_picture(number: int) -> bytes:
    """A picture of rings in grey."""
    middle = SIDE // 2
    rows = b"".join(b"\0" + bytes(min(255, ((x - middle) ** 2 + (y - middle) ** 2) // 96 + (x * y + number) % 7) for x in range(SIDE)) for y in range(SIDE))
    return b"\x89PNG\r\n\x1a\n" + _part(b"IHDR", pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)) + _part(b"IDAT", compress(rows)) + _part(b"IEND", b"")


def heartbeat(number: int) -> dict[str, list[int]]:
    """Twelve leads of ten seconds in microvolts, of a rate between 60 and 90 beats a minute."""
    beat = RATE * 60 // (60 + number % 31)
    return {lead: [_height(place % beat * 100 // beat) * peak // 10 + (place * 7 + number) % 5 for place in range(RATE * SECONDS)] for lead, peak in LEADS.items()}


def _height(part: int) -> int:
    """How high a beat stands at one of its hundred parts: each wave rises to its middle and falls."""
    for first, last, height in BEAT:
        if first <= part < last:
            half = last - first
            return height * (half - abs(2 * part - first - last)) // half
    return 0


def _part(name: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + name + content + pack(">I", crc32(name + content))
