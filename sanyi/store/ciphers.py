"""Personal fields where they lie: enciphered under keys that rotate, and found by a keyed digest. Source: R52.

`field-keys` in the installation's folder has a line a key, `number algorithm key`; the last one enciphers, every one deciphers its own.
"""
import base64
from functools import cache
import os
from pathlib import Path
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.utils.crypto import salted_hmac

from sanyi.store.errors import StoreError
from sanyi.terms.disk import append_whole, write_once

FILE = "field-keys"
ALGORITHMS = {"aes256": (algorithms.AES, 32), "sm4": (algorithms.SM4, 16)}
NONCE, TAG = 12, 16
DIGEST_SALT = "sanyi.person"


class BadCipher(StoreError):
    """A field that cannot be read: its key is missing, or it was changed."""


def enciphered(text: str, column: str) -> str:
    """A text as it is kept, bound to its column; nothing stays nothing."""
    if not text:
        return ""
    number, algorithm, key = list(_keys(_place()).values())[-1]
    nonce = os.urandom(NONCE)
    sealing = Cipher(algorithm(key), modes.GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(column.encode())
    body = sealing.update(text.encode()) + sealing.finalize()
    return f"k{number}." + base64.b64encode(nonce + body + sealing.tag).decode()


def deciphered(kept: str, column: str) -> str:
    """The text of what was kept. Errors: BadCipher."""
    if not kept:
        return ""
    name, _, body = kept.partition(".")
    try:
        _, algorithm, key = _keys(_place())[name]
        raw = base64.b64decode(body, validate=True)
        opening = Cipher(algorithm(key), modes.GCM(raw[:NONCE], raw[-TAG:])).decryptor()
        opening.authenticate_additional_data(column.encode())
        return (opening.update(raw[NONCE:-TAG]) + opening.finalize()).decode()
    except (KeyError, ValueError, InvalidTag) as wrong:
        raise BadCipher(f"{column}：密文不能解开（密钥 {name} 缺失或内容被改） / cannot be deciphered: key {name} is missing, or it was changed") from wrong


def is_of_newest_key(kept: str) -> bool:
    """Whether a kept text is under the key that enciphers now."""
    return not kept or kept.partition(".")[0] == list(_keys(_place()))[-1]


def keyed_digest(text: str) -> str:
    """The digest that equal texts share under this installation's key; nothing stays nothing."""
    return salted_hmac(DIGEST_SALT, text, algorithm="sha256").hexdigest() if text else ""


def new_key(algorithm: str = "aes256") -> int:
    """Add a key that enciphers from now on; gives its number. What lies under earlier ones stays readable."""
    place = _place()
    number = len(_keys(place)) + 1
    append_whole(place, _line(number, algorithm).encode())
    _keys.cache_clear()
    return number


def _place() -> Path:
    return Path(settings.VAR) / FILE


def _line(number: int, algorithm: str) -> str:
    return f"{number} {algorithm} {base64.b64encode(secrets.token_bytes(ALGORITHMS[algorithm][1])).decode()}\n"


@cache
def _keys(place: Path) -> dict[str, tuple]:
    """Every key by its name in the order they were made; the first is made at first use, readable by its owner alone."""
    if not place.exists():
        write_once(place, _line(1, "aes256").encode())
    lines = [line.split() for line in place.read_text("ascii").splitlines() if line]
    return {f"k{number}": (number, ALGORITHMS[algorithm][0], base64.b64decode(key)) for number, algorithm, key in lines}
