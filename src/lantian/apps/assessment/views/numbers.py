"""Whole numbers that an address or a form brings (页面所带的整数): revisions and versions."""

DIGITS = 9
"""That a whole number may have; the record store holds no longer ones."""


def whole(text: str) -> int | None:
    """Return a whole number; None for what is none, or too long for one.

    >>> whole("12"), whole("twelve"), whole("9" * 5000)
    (12, None, None)
    """
    return int(text) if text.isdecimal() and len(text) <= DIGITS else None
