"""Numbers as plans write them: 12, 3.36, 两, 十二, 三分之一."""

from fractions import Fraction
import re

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10000}


def chinese_number(text: str) -> int:
    """Read a Chinese whole number such as 二十三 or 一百零五; 0 when it is none."""
    total, section, digit = 0, 0, 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total, section, digit = (total + section + digit) * 10000, 0, 0
        elif character in _SCALES:
            section, digit = section + (digit or 1) * _SCALES[character], 0
        else:
            return 0
    return total + section + digit


def number_of(text: str) -> Fraction | None:
    """Read 12, 1,200, 3.36, 十二 or 三分之一 exactly; None when it is no number."""
    text = text.replace(",", "").replace("，", "")
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return Fraction(text)
    part = re.fullmatch(r"(.+)分之(.+)", text)
    if part:
        below, above = number_of(part[1]), number_of(part[2])
        return above / below if below and above is not None else None
    if text and all(character in _DIGITS or character in _SCALES for character in text):
        return Fraction(chinese_number(text))
    return None


def chinese(number: int) -> str:
    """Write a number from 1 to 99 in Chinese: 12 is 十二; larger ones stay in digits, as nobody numbers items with them."""
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    digits = "一二三四五六七八九"
    return ("" if tens == 0 else "十" if tens == 1 else digits[tens - 1] + "十") + (digits[ones - 1] if ones else "")
