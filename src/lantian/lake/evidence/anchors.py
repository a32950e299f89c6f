"""Anchors (锚): what a day's frames and audit entries come to, each over the one of the day before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from lantian.lake.evidence.lines import read, written

GENESIS = "0" * 64
"""What stands before the first day."""


@dataclass(frozen=True)
class Anchor:
    """The seal of one Beijing day of receipt.

    previous: hash of the anchor before. spools: first and last number of the frames it covers, by spool: those that
    came after the ones of the day before, however the clock was set. frames, frames_root: their number and Merkle root,
    ordered by spool and number. entries, entries_root, last_entry: the audit entries likewise. made_at: when (UTC).
    """

    day: date
    previous: str
    spools: Mapping[str, tuple[int, int]]
    frames: int
    frames_root: str
    entries: int
    entries_root: str
    last_entry: int
    made_at: str
    hash: str = field(default="")

    def sealed(self) -> "Anchor":
        """Return the anchor with its hash: SHA-256 over all that it says."""
        return Anchor(**{**vars(self), "hash": sha256(written(self._said())).hexdigest()})

    @property
    def holds(self) -> bool:
        """Whether the hash is that of what the anchor says."""
        return self.hash == sha256(written(self._said())).hexdigest()

    def line(self) -> bytes:
        """Return the anchor as a line."""
        return written({**self._said(), "hash": self.hash})

    def _said(self) -> dict[str, Any]:
        said = {name: value for name, value in vars(self).items() if name != "hash"}
        return said | {"day": self.day.isoformat(), "spools": {name: list(span) for name, span in self.spools.items()}}


def read_anchor(line: bytes) -> Anchor | None:
    """Return the anchor of a line; None where the line is damaged."""
    found = read(line)
    try:
        if found is None:
            return None
        spools = {name: (int(first), int(last)) for name, (first, last) in found.pop("spools").items()}
        anchor = Anchor(day=date.fromisoformat(found.pop("day")), spools=spools, **found)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return anchor if anchor.holds else None


def broken(lines: Iterable[bytes]) -> Iterator[tuple[int, Anchor | None]]:
    """Yield the number (from 1) of every line that is damaged or does not follow the one before it, and its anchor."""
    previous: Anchor | None = None
    for number, line in enumerate(lines, 1):
        anchor = read_anchor(line)
        follows = anchor is not None and anchor.previous == (previous.hash if previous else GENESIS)
        is_later = anchor is not None and (previous is None or anchor.day > previous.day)
        if not follows or not is_later:
            yield number, anchor
        previous = anchor or previous
