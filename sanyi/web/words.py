"""Two languages: every word is written as a pair, Chinese and English, where it is used."""
from typing import Any

from django.http import HttpRequest

LANGUAGES = ("zh", "en")
COOKIE = "sanyi_language"


def say(request: HttpRequest, zh: str, en: str) -> str:
    """The one of two words that the reader reads."""
    return zh if request.language == "zh" else en


def name_of(thing: Any, language: str) -> str:
    """What a thing with `zh` and `en` (a table, a column, a plan's entry) is called."""
    return thing.zh if language == "zh" else thing.en
