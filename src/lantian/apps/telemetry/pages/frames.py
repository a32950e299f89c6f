"""Raw frames (原始报文): lists of a device or point by day, and one frame explained field by field."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lantian.apps.telemetry.explained import Explained, dump, explain, fault_words
from lantian.kernel.errors import Text
from lantian.kernel.instants import beijing_day, day_of
from lantian.lake import Lake

LISTED = 60
PREVIEW_BYTES = 96


@dataclass(frozen=True)
class FrameRow:
    """A frame in a list: number in its spool, receipt, title, faults in words, size, first bytes as text."""

    spool: str
    seq: int
    device: str
    received_at: datetime
    size: int
    title: Text
    faults: tuple[Text, ...]
    preview: str


@dataclass(frozen=True)
class FramePage:
    """Frames of a Beijing day, newest first; ``more`` tells that older ones of the day are not listed."""

    day: date
    rows: Sequence[FrameRow]
    more: bool
    earlier: date
    later: date | None


def frame_page(lake: Lake, devices: Sequence[str], day: date | None, now: datetime) -> FramePage:
    """Return the frames of devices on a day (today where none is asked)."""
    today = day_of(now)
    shown = min(day or today, today)
    start = beijing_day(shown)
    found: list[dict[str, Any]] = []
    for device in devices:
        table = lake.frames(
            device=device, start=start, end=start + timedelta(days=1), limit=LISTED + 1, newest_first=True
        )
        found += table.to_pylist()
    found.sort(key=lambda row: row["received_at"], reverse=True)
    return FramePage(
        day=shown,
        rows=[_row(row) for row in found[:LISTED]],
        more=len(found) > LISTED,
        earlier=shown - timedelta(days=1),
        later=shown + timedelta(days=1) if shown < today else None,
    )


def _row(row: dict[str, Any]) -> FrameRow:
    explained = explain(row["family"], row["raw"])
    return FrameRow(
        spool=row["spool"],
        seq=row["seq"],
        device=row["device"],
        received_at=row["received_at"],
        size=len(row["raw"]),
        title=explained.title,
        faults=tuple(fault_words(name) for name in _names(row["verdict"])),
        preview=_preview(row["family"], explained.raw),
    )


def _preview(family: str, raw: bytes) -> str:
    text = raw.decode("utf-8", "replace") if family == "hj212" else raw.hex(" ")
    return text[:PREVIEW_BYTES] + ("…" if len(text) > PREVIEW_BYTES else "")


def _names(verdict: Any) -> list[str]:
    """Return the names of faults as the lake keeps them, separated by blanks or commas."""
    return [name for name in str(verdict or "").replace(",", " ").split() if name]


@dataclass(frozen=True)
class OneFrame:
    """A frame explained: what the lake keeps of it, its fields, faults in words, dump."""

    spool: str
    seq: int
    device: str
    family: str
    peer: str
    received_at: datetime
    digest: str
    size: int
    explained: Explained
    faults: tuple[tuple[str, Text], ...]
    lines: list[tuple[str, str, str]]
    text: str


def one_frame(lake: Lake, spool: str, seq: int) -> OneFrame | None:
    """Return a frame of a spool, None where the lake has none of that number."""
    rows = lake.frames(spool=spool, seqs=[seq]).to_pylist()
    if not rows:
        return None
    row = rows[0]
    explained = explain(row["family"], row["raw"])
    names = dict.fromkeys([*_names(row["verdict"]), *explained.faults])
    return OneFrame(
        spool=row["spool"],
        seq=row["seq"],
        device=row["device"],
        family=row["family"],
        peer=row["peer"],
        received_at=row["received_at"].astimezone(UTC),
        digest=row["hash"].hex() if row["hash"] else "",
        size=len(row["raw"]),
        explained=explained,
        faults=tuple((name, fault_words(name)) for name in names),
        lines=dump(explained.raw),
        text=explained.raw.decode("utf-8", "replace") if row["family"] == "hj212" else "",
    )


def sample_of(family: str, raw: bytes | memoryview) -> tuple[Explained, list[tuple[str, str, str]]]:
    """Return bytes from the quarantine explained, with their dump."""
    explained = explain(family, bytes(raw))
    return explained, dump(explained.raw)


__all__ = ["FramePage", "OneFrame", "frame_page", "one_frame", "sample_of"]
