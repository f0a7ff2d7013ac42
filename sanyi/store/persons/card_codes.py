"""A card's dynamic code: which card, until when, signed; it holds nothing of the person. Good for a minute, once.

The key is made from the installation's own and the card's nonce, and is kept nowhere: a copy of the database makes no codes.
"""
import base64
from dataclasses import dataclass
from datetime import datetime
import hashlib
import hmac
import re
import secrets

from django.conf import settings
from django.utils.crypto import constant_time_compare

from sanyi.store.persons.tables import HealthCard

SECONDS, DRIFT = 60, 5
PREFIX, MAC, ONCE = "SY1", 16, 6
FORM = re.compile(rf"{PREFIX}\.([0-9A-F]+)\.([0-9A-F]+)\.([0-9A-F]{{{2 * ONCE}}})\.([A-Z2-7]{{26}})", re.ASCII)


@dataclass(frozen=True)
class Code:
    """A code as it was read, not yet proved: its card, the second it was made, what of it is signed, and the signature."""

    card: int
    made: int
    signed: str
    mac: str

    def is_fresh(self, now: datetime) -> bool:
        """Whether it is at most a minute old (a clock may be a few seconds ahead)."""
        return -DRIFT <= int(now.timestamp()) - self.made <= SECONDS

    def is_of(self, card: HealthCard) -> bool:
        """Whether the card's key signed it."""
        return constant_time_compare(_mac(card, self.signed), self.mac)


def new_code(card: HealthCard, now: datetime) -> str:
    """A fresh code of a card: capitals, digits and points, which a printed square of dots holds well."""
    signed = f"{PREFIX}.{card.pk:X}.{int(now.timestamp()):X}.{secrets.token_hex(ONCE).upper()}"
    return f"{signed}.{_mac(card, signed)}"


def read_code(text: str) -> Code | None:
    """Read a code as a scanner types it; None for what is none."""
    form = FORM.fullmatch(text.strip().upper()[:120])
    return Code(int(form[1], 16) % 2**62, int(form[2], 16) % 2**62, form[0].rpartition(".")[0], form[4]) if form else None


def _mac(card: HealthCard, signed: str) -> str:
    key = hmac.digest(settings.SECRET_KEY.encode(), f"health-card|{card.pk}|{card.nonce}".encode(), hashlib.sha256)
    return base64.b32encode(hmac.digest(key, signed.encode(), hashlib.sha256)[:MAC]).decode().rstrip("=")
