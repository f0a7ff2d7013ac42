"""What of a value may stand in the trail: codes, numbers and dates as they are, whatever somebody wrote as a keyed digest."""
import re
import unicodedata
from collections.abc import Container, Mapping
from datetime import date, datetime

from django.utils.crypto import salted_hmac

SALT = "sanyi.trail"
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,29}", re.ASCII)
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # controls, direction marks, lone surrogates, line and paragraph ends


def clear(given: Mapping[str, object], open_names: Container[str] = (), closed_names: Container[str] = ()) -> dict[str, object]:
    """Give fields as the trail may hold them: texts outside `open_names` and all that is in `closed_names` are digested; in the order of their names, as they are sealed. Source: R47."""
    return {one_line(name): digested(value) if name in closed_names else _plain(value, name in open_names) for name, value in sorted(given.items())}


def digested(value: object) -> dict[str, object] | None:
    """A value as its digest; nothing stays nothing."""
    return None if value is None else {"digest": digest(str(value)), "length": len(str(value))}


def digest(text: str) -> str:
    """The digest of a text under this installation's own key: who has the text and the key can tell it, nobody can guess it."""
    return salted_hmac(SALT, text.encode("utf-8", "surrogatepass"), algorithm="sha256").hexdigest()[:32]


def word(text: object) -> str:
    """A word of the code itself (step, kind, state); anything else, which somebody may have typed, as a short digest."""
    said = str(text)
    return said if not said or WORD.fullmatch(said) else f"?{digest(said)[:16]}"


def one_line(text: object, most: int | None = None) -> str:
    r"""A text on one line that no terminal acts upon: what cannot be seen is written as \xNN or \uNNNN; the rest is cut at `most`."""
    said = str(text)
    if not said.isprintable():
        said = "".join(_escaped(each) if unicodedata.category(each) in UNSEEN else each for each in said)
    return said if most is None or len(said) <= most else said[:most - 1] + "…"


def _escaped(sign: str) -> str:
    return f"\\x{ord(sign):02x}" if ord(sign) < 256 else f"\\u{ord(sign):04x}"


def _plain(value: object, is_open: bool) -> object:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {one_line(name): _plain(each, is_open) for name, each in sorted(value.items())}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each, is_open) for each in value]
    return one_line(value, 200) if is_open else digested(value)
