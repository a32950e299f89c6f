"""Numbers as plans write them: 92, 1.2万, 九十五, 三分之二, 百分之九十五, 半, 二〇二〇."""

import re
from decimal import Decimal, InvalidOperation

DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "0": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
CHINESE = "[零〇○一二两三四五六七八九十百千]"
PLAIN = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_LOW = f"零?{CHINESE}?[千百]{CHINESE}{{0,5}}"
_WITHIN = re.compile(f"(?P<high>{CHINESE}{{1,6}})万(?P<low>{_LOW})")
NUMBER = (
    rf"(?:{CHINESE}{{1,6}}万{_LOW}"
    rf"|(?:(?:{PLAIN})|{CHINESE}{{1,10}}(?:点{CHINESE}{{1,6}})?)(?:[多余]?[万亿]+)?)"
)
"""A number, Arabic or Chinese, with 万 or 亿 behind it, or 万 within it as 三万两千."""


def chinese(text: str) -> int | None:
    """Return a whole Chinese numeral, positional (二〇二〇) or with 十, 百, 千.

    >>> [chinese(t) for t in ("十二", "三十一", "二〇二〇", "一百零五", "两千", "十百")]
    [12, 31, 2020, 105, 2000, None]
    """
    if not text or any(char not in DIGITS and char not in _TENS for char in text):
        return None
    if not any(char in _TENS for char in text):
        return int("".join(str(DIGITS[char]) for char in text))
    return _with_tens(text)


def _with_tens(text: str) -> int | None:
    total, digit, limit = 0, None, 10**5
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char]
            continue
        unit = _TENS[char]
        if unit >= limit or (digit is None and total):
            return None
        total, digit, limit = total + unit * (1 if digit is None else digit), None, unit
    return total + (digit or 0)


def number(text: str) -> Decimal | None:
    """Return a number as :data:`NUMBER` matches it.

    >>> [str(number(t)) for t in ("1,200.5", "1.2万", "九十五", "三点五", "十二万", "3.5亿", "三万两千")]
    ['1200.5', '12000', '95', '3.5', '120000', '350000000', '32000']
    """
    if split := _WITHIN.fullmatch(text):
        high, low = chinese(split["high"]), chinese(split["low"])
        return None if high is None or low is None else Decimal(high * 10**4 + low)
    body = text.rstrip("万亿多余")
    value = _plain(body)
    if value is None:
        return None
    for large in text[len(body) :]:
        value *= _LARGE.get(large, 1)
    return tidy(value)


def _plain(body: str) -> Decimal | None:
    if body[:1].isascii():
        try:
            return Decimal(body.replace(",", ""))
        except InvalidOperation:
            return None
    whole, _, decimals = body.partition("点")
    value = chinese(whole)
    if value is None or any(char not in DIGITS for char in decimals):
        return None
    return Decimal(f"{value}.{''.join(str(DIGITS[char]) for char in decimals)}") if decimals else Decimal(value)


def tidy(value: Decimal) -> Decimal:
    """Return a number without zeros behind its point."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


def small(text: str) -> int | None:
    """Return a whole number of a label, a month or a duration, Arabic or Chinese."""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else chinese(text)


YEAR = "(?:20[0-9][0-9]|二[〇○零0][〇○零0一二三四五六七八九][〇○零一二三四五六七八九])"
"""A year of four digits: 二〇〇二一 is none that a calendar has."""


def year(text: str) -> int:
    """Return a year as :data:`YEAR` matches it.

    >>> year("2020"), year("二〇一八")
    (2020, 2018)
    """
    return int(text) if text.isdigit() and text.isascii() else int("".join(str(DIGITS[char]) for char in text))
