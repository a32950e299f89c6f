"""What was injected (注入真值) and what is asked for (控制): two files of one JSON document a line in the data folder.

``truth.jsonl``: one row a fault, {"id", "fault", "device", "point", "factor", "start", "end", "detail"}; of rows with
the same id the last counts, so a fault that is stopped early gets a second row. ``control.jsonl``: rows of the control
page, {"at", "action": "start", "fault", "device", "minutes", "strength"} or {"at", "action": "stop", "id"}.
``status.json``: what runs, written anew every few seconds. ``closed``: the data folder has real data now, nobody plays.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lantian.gateway.simulators.faults import EVERYWHERE, KINDS, Fault, begin

FOLDER = "simulation"
_TRUTH, _CONTROL, _STATUS, _CLOSED = "truth.jsonl", "control.jsonl", "status.json", "closed"


@dataclass(frozen=True, slots=True)
class Truth:
    """One injected fault; device ``*`` and no point: the whole district. factor ``""``: all that it can befall."""

    id: str
    fault: str
    device: str
    point: str
    factor: str
    start: datetime
    end: datetime
    detail: Mapping[str, Any]


class Records:
    """The files of one data folder's simulation."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / FOLDER
        self._read = 0

    def note(self, faults: Iterable[Fault], points: Mapping[str, str]) -> None:
        """Append faults to the truth; points: where each device measures."""
        _append(self.folder / _TRUTH, [_row(fault, points.get(fault.device, "")) for fault in faults])

    def truth(self) -> list[Truth]:
        """Return what was injected, in order of start."""
        found = {row["id"]: _truth(row) for row in _rows(self.folder / _TRUTH)}
        return sorted(found.values(), key=lambda truth: truth.start)

    def ask(self, row: Mapping[str, Any]) -> None:
        """Append a wish of the control page."""
        _append(self.folder / _CONTROL, [row])

    def skip_wishes(self) -> None:
        """Leave out the wishes that were written before now."""
        path = self.folder / _CONTROL
        self._read = path.stat().st_size if path.exists() else 0

    def wishes(self) -> list[dict[str, Any]]:
        """Return the wishes since the last call; a line that is not whole yet waits for the next."""
        path = self.folder / _CONTROL
        if not path.exists():
            return []
        with path.open("rb") as file:
            file.seek(self._read)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._read += len(whole) + len(newline)
        return [row for line in whole.splitlines() if (row := _parsed(line)) is not None]

    @property
    def is_closed(self) -> bool:
        """Whether the data folder is no place for made-up devices any more."""
        return (self.folder / _CLOSED).exists()

    def close(self) -> None:
        """Say that real data have taken the place of made-up ones."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / _CLOSED).touch()

    def open(self) -> None:
        """Say that made-up devices are registered."""
        (self.folder / _CLOSED).unlink(missing_ok=True)

    def write_status(self, status: Mapping[str, Any]) -> None:
        """Replace the status in one step."""
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f"{_STATUS}.{os.getpid()}"
        beside.write_text(json.dumps(status, ensure_ascii=False), encoding="utf-8")
        beside.replace(self.folder / _STATUS)

    def status(self) -> dict[str, Any]:
        """Return the last status, or nothing."""
        path = self.folder / _STATUS
        found = _parsed(path.read_bytes()) if path.exists() else None
        return found or {}


def wished(row: Mapping[str, Any], at: float) -> Fault | None:
    """Return the fault that a start row asks for, from a moment on; None where it asks for nothing known."""
    kind = KINDS.get(str(row.get("fault")))
    if kind is None:
        return None
    device = EVERYWHERE if kind.group == "region" else str(row.get("device", ""))
    minutes, strength = float(row.get("minutes") or 0), float(row.get("strength") or 0)
    return begin(kind.name, device, at, minutes=minutes, strength=strength)


def noted(truth: Truth) -> Fault:
    """Return the fault of a row of the truth, as it was last noted."""
    start, end = truth.start.timestamp(), truth.end.timestamp()
    strength = float(truth.detail.get("strength", KINDS[truth.fault].strength))
    return Fault(truth.id, truth.fault, truth.device, start, end, strength, truth.factor)


def stopped(fault: Fault, at: float) -> Fault:
    """Return a fault that ends at a moment."""
    return replace(fault, end=max(float(int(at)), fault.start))


def _row(fault: Fault, point: str) -> dict[str, Any]:
    return {
        "id": fault.id,
        "fault": fault.kind,
        "device": fault.device,
        "point": point,
        "factor": fault.factor,
        "start": _text(fault.start),
        "end": _text(fault.end),
        "detail": {"group": KINDS[fault.kind].group, "strength": fault.strength},
    }


def _truth(row: Mapping[str, Any]) -> Truth:
    start, end = (datetime.fromisoformat(row[name]) for name in ("start", "end"))
    return Truth(row["id"], row["fault"], row["device"], row["point"], row["factor"], start, end, row["detail"])


def _text(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _append(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if text:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)


def _rows(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [row for line in path.read_bytes().splitlines() if (row := _parsed(line)) is not None]


def _parsed(line: bytes) -> dict[str, Any] | None:
    """Return a JSON object; None for a torn line."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
