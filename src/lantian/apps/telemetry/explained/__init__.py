"""A raw frame explained field by field (报文逐项释义), for the three families; secrets stay hidden."""

from collections.abc import Callable, Mapping

from lantian.apps.telemetry.explained import gb17691, hj212, jt808
from lantian.apps.telemetry.explained.parts import Explained, Field
from lantian.apps.telemetry.explained.words import fault_words
from lantian.kernel.errors import Text

FAMILIES: Mapping[str, Callable[[bytes], Explained]] = {
    "hj212": hj212.explain,
    "gb17691": gb17691.explain,
    "jt808": jt808.explain,
}
WIDTH = 16
"""Bytes in a line of the dump."""


def explain(family: str, raw: bytes) -> Explained:
    """Return a frame's fields in words; what cannot be read says so instead of failing."""
    explainer = FAMILIES.get(family)
    if explainer is None:
        return Explained(Text(f"没有协议 {family}", f"No protocol {family}"), raw=raw)
    return explainer(raw)


def dump(raw: bytes) -> list[tuple[str, str, str]]:
    """Return lines of place, hexadecimal bytes and text; bytes that are no ASCII text show as a dot.

    >>> dump(b"##0101")
    [('0000', '23 23 30 31 30 31', '##0101')]
    """
    cut = [raw[at : at + WIDTH] for at in range(0, len(raw), WIDTH)]
    return [
        (f"{at * WIDTH:04x}", line.hex(" "), "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in line))
        for at, line in enumerate(cut)
    ]


__all__ = ["Explained", "Field", "dump", "explain", "fault_words"]
