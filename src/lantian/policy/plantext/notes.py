"""Footnotes and their marks (脚注) in one form: [1] behind the word, and [1] before each note below a line."""

import re
from collections.abc import Sequence

RULE = "—————"
_DIGITS = re.compile(r"\d{1,3}")
_CIRCLES = {chr(ord("①") + place): place + 1 for place in range(20)}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def raised(before: str, text: str) -> str:
    """Return what is set higher than the line: a power after a metre or ten, the mark of a note elsewhere.

    >>> [raised("μg/m", "3"), raised("毫克/米", "3"), raised("10", "4"), raised("18%以上", "1"), raised("源", "②")]
    ['3', '3', '⁴', '[1]', '[2]']
    """
    sign = text.strip()
    if not sign or not before.strip():
        return text
    if sign in _CIRCLES:
        return mark(_CIRCLES[sign])
    if not _DIGITS.fullmatch(sign) or (sign in "23" and before[-1] in "mMh米"):
        return text
    return sign.translate(_RAISED) if re.search(r"(?<![\d.])10$", before) else mark(int(sign))


def mark(number: int) -> str:
    """Return the mark of a note."""
    return f"[{number}]"


def with_notes(lines: Sequence[str], notes: Sequence[str]) -> list[str]:
    """Return lines with notes, each with its mark, below them."""
    return [*lines, RULE, *notes] if notes else list(lines)
