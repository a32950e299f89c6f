"""The files of an export (证据导出): what lies where, and how they are written.

``manifest.json``  format, kind (``days`` or ``case``), days, SHA-256 of every other file
``anchors.jsonl``  every anchor from the first on

of days: ``frames/D.jsonl`` a frame a line; ``frames/D.index`` leaf, spool, number and device of each, by blanks;
``audit/D.jsonl`` the audit entries; of a case: ``frames.jsonl``, ``proofs.jsonl`` an inclusion proof a line,
``readings.jsonl`` what was decoded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from lantian.kernel.errors import Text
from lantian.kernel.merkle import leaf_hash, proof
from lantian.lake.errors import LakeError
from lantian.lake.evidence.anchors import Anchor
from lantian.lake.evidence.frames import lines_of
from lantian.lake.evidence.lines import moment, read, written
from lantian.lake.lake import Lake

FORMAT = "lantian-evidence-1"
MANIFEST, ANCHORS = "manifest.json", "anchors.jsonl"
FRAMES, PROOFS, READINGS = "frames.jsonl", "proofs.jsonl", "readings.jsonl"
_PIECE = 1 << 20


class EvidenceError(LakeError):
    """An export that cannot be made: the day is not closed, a frame is not there, the folder is not empty."""


def frames_file(day: date) -> str:
    return f"frames/{day}.jsonl"


def index_file(day: date) -> str:
    return f"frames/{day}.index"


def audit_file(day: date) -> str:
    return f"audit/{day}.jsonl"


def export_days(
    lake: Lake, folder: Path, anchors: Sequence[Anchor], days: Sequence[date], entries: Mapping[date, Iterable[bytes]]
) -> None:
    """Write days with all their frames and audit entries (lines) into an empty folder."""
    by_day = {anchor.day: anchor for anchor in anchors}
    for day in days:
        if day not in by_day:
            raise EvidenceError(
                Text(
                    f"{day} 还没有锚：当日零点后由 lantian writer 或 lantian evidence close 生成。",
                    f"{day} has no anchor yet: lantian writer or lantian evidence close makes it once the day is over.",
                )
            )
    _prepare(folder, anchors)
    for day in days:
        with (folder / frames_file(day)).open("wb") as frames, (folder / index_file(day)).open("wb") as index:
            for line in lines_of(lake, by_day[day].spools):
                frames.write(line + b"\n")
                index.write(_index_line(line))
        _write(folder / audit_file(day), entries[day])
    _finish(folder, "days", days)


def export_case(lake: Lake, folder: Path, anchors: Sequence[Anchor], wanted: Iterable[tuple[str, int]]) -> None:
    """Write some frames (spool, number), what was decoded from them, and proofs that lead to the anchors of their days.

    Raises EvidenceError for a frame whose day is not closed.
    """
    placed = _by_anchor(anchors, wanted)
    _prepare(folder, anchors)
    frames: list[bytes] = []
    proofs: list[bytes] = []
    for anchor, names in placed:
        lines, found = _proved(lake, anchor, names)
        frames += lines
        proofs += found
    _write(folder / FRAMES, frames)
    _write(folder / PROOFS, proofs)
    _write(folder / READINGS, _readings(lake, frames))
    _finish(folder, "case", [anchor.day for anchor, _ in placed])


def _by_anchor(
    anchors: Sequence[Anchor], wanted: Iterable[tuple[str, int]]
) -> list[tuple[Anchor, set[tuple[str, int]]]]:
    found: dict[str, tuple[Anchor, set[tuple[str, int]]]] = {}
    for spool, seq in wanted:
        anchor = next((one for one in anchors if _covers(one, spool, seq)), None)
        if anchor is None:
            raise EvidenceError(
                Text(
                    f"报文 {spool}#{seq} 不在任何已封存的日期内。", f"Frame {spool}#{seq} is in no day that is closed."
                )
            )
        found.setdefault(anchor.hash, (anchor, set()))[1].add((spool, seq))
    return sorted(found.values(), key=lambda pair: pair[0].day)


def _covers(anchor: Anchor, spool: str, seq: int) -> bool:
    first, last = anchor.spools.get(spool, (1, 0))
    return first <= seq <= last


def _proved(lake: Lake, anchor: Anchor, names: set[tuple[str, int]]) -> tuple[list[bytes], list[bytes]]:
    """Return the lines of some frames of a day and their proofs."""
    leaves: list[bytes] = []
    places: list[tuple[int, str, int, bytes]] = []
    for index, line in enumerate(lines_of(lake, anchor.spools)):
        leaves.append(leaf_hash(line))
        said = read(line) or {}
        if (said["spool"], said["seq"]) in names:
            places.append((index, said["spool"], said["seq"], line))
    missing = names - {(spool, seq) for _, spool, seq, _ in places}
    if missing:
        spool, seq = min(missing)
        raise EvidenceError(Text(f"数据湖中没有报文 {spool}#{seq}。", f"The lake holds no frame {spool}#{seq}."))
    proofs = [
        written(
            {
                "day": anchor.day.isoformat(),
                "index": index,
                "path": [one.hex() for one in proof(leaves, index)],
                "seq": seq,
                "size": len(leaves),
                "spool": spool,
            }
        )
        for index, spool, seq, _ in places
    ]
    return [line for *_, line in places], proofs


def _readings(lake: Lake, frames: Sequence[bytes]) -> Iterator[bytes]:
    """Yield what the lake decoded from frames."""
    said = [read(line) or {} for line in frames]
    for spool in sorted({one["spool"] for one in said}):
        seqs = [one["seq"] for one in said if one["spool"] == spool]
        rows = lake.readings_of(spool, seqs).to_pylist()
        for row in rows:
            yield written({name: moment(one) if isinstance(one, datetime) else one for name, one in row.items()})


def _index_line(line: bytes) -> bytes:
    said = read(line) or {}
    return f"{leaf_hash(line).hex()} {said['spool']} {said['seq']} {said['device']}\n".encode()


def _prepare(folder: Path, anchors: Sequence[Anchor]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise EvidenceError(Text(f"文件夹“{folder}”不是空的。", f"The folder “{folder}” is not empty."))
    (folder / "frames").mkdir()
    (folder / "audit").mkdir()
    _write(folder / ANCHORS, (anchor.line() for anchor in anchors))


def _write(path: Path, lines: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        for line in lines:
            file.write(line + b"\n")


def _finish(folder: Path, kind: str, days: Sequence[date]) -> None:
    """Write the manifest last: an export without it is not whole."""
    for empty in (folder / "frames", folder / "audit"):
        if not any(empty.iterdir()):
            empty.rmdir()
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    manifest: dict[str, Any] = {
        "days": [day.isoformat() for day in sorted(set(days))],
        "files": {name: digest(folder / name) for name in names},
        "format": FORMAT,
        "kind": kind,
    }
    (folder / MANIFEST).write_bytes(written(manifest) + b"\n")


def digest(path: Path) -> str:
    """Return SHA-256 of a file."""
    found = sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()
