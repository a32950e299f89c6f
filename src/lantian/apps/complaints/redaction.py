"""What tells who wrote a text (隐去联系方式): telephone, identity numbers and e-mail in it, blotted out."""

import re

HIDDEN = "＊＊＊"
_MARKS = re.compile(
    r"(?<!\d)\d{17}[\dXx](?!\d)"
    r"|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"
    r"|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"
    r"|[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"
)


def redacted(text: str) -> str:
    """Return a text without numbers and addresses that tell who wrote it.

    >>> redacted("请回电 138-0010-2207 或 010-65092207，王某")
    '请回电 ＊＊＊ 或 ＊＊＊，王某'
    """
    return _MARKS.sub(HIDDEN, text)
