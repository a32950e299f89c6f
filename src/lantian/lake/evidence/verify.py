"""Check an export (证据核验) by its files alone: no server, no database, no lake.

What is checked: every line is written as evidence writes it; the anchors form a chain; the index of a day has the root
that its anchor seals, and each frame the leaf that stands in the index; audit entries have their day's root and chain;
each frame of a case has a proof that leads to its day's root. A problem names the record: spool, number, device.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any, cast

from lantian.kernel.errors import Text
from lantian.kernel.merkle import leaf_hash, root, root_of_proof
from lantian.lake.evidence import files
from lantian.lake.evidence.anchors import Anchor, broken, read_anchor
from lantian.lake.evidence.lines import read, written

_WINDOW = 10_000
"""So many missing frames in a row are still told from changed ones."""


@dataclass(frozen=True)
class Problem:
    """Something that does not hold, and where."""

    text: Text
    file: str
    line: int = 0
    spool: str = ""
    seq: int = 0
    device: str = ""

    def document(self) -> dict[str, Any]:
        """Return the problem for JSON."""
        found = asdict(self)
        text = found.pop("text")
        return {"zh": text["zh"], "en": text["en"], **{name: value for name, value in found.items() if value}}


@dataclass
class Verdict:
    """What was checked and what does not hold."""

    kind: str = ""
    days: list[str] = field(default_factory=list)
    frames: int = 0
    entries: int = 0
    anchors: int = 0
    anchor: str = ""
    problems: list[Problem] = field(default_factory=list)

    def add(self, zh: str, en: str, file: str, **where: Any) -> None:
        """Note a problem."""
        self.problems.append(Problem(Text(zh, en), file, **where))


def verify(folder: Path, day: date | None = None, known: str | None = None) -> Verdict:
    """Check the export in a folder.

    day: narrows it to one of its days. known: hash of an anchor kept elsewhere, which the chain has to hold: a chain
    that was written anew from its start holds together, but not to that.
    """
    verdict = Verdict()
    manifest = _manifest(folder, verdict)
    if manifest is None:
        return verdict
    verdict.kind = manifest["kind"]
    anchors = _anchors(folder, verdict)
    if known is not None and known not in {anchor.hash for anchor in anchors.values()}:
        verdict.add(f"锚链中没有锚 {known}。", f"The chain does not hold the anchor {known}.", files.ANCHORS)
    try:
        if verdict.kind == "case":
            _check_case(folder, anchors, verdict)
            if not verdict.problems and verdict.days != manifest["days"]:
                verdict.add(
                    "清单所列日期与报文不符。", "The manifest does not list the days of the frames.", files.MANIFEST
                )
        else:
            _check_days(folder, anchors, _chosen(manifest["days"], day, verdict), verdict)
        _check_digests(folder, manifest["files"], verdict, day)
    except FileNotFoundError as error:
        name = Path(error.filename).relative_to(folder).as_posix()
        verdict.add(f"缺少文件 {name}。", f"The file {name} is missing.", name)
    return verdict


def _manifest(folder: Path, verdict: Verdict) -> dict[str, Any] | None:
    path = folder / files.MANIFEST
    found = read(path.read_bytes().removesuffix(b"\n")) if path.is_file() else None
    if found is None or not _is_manifest(found):
        verdict.add(
            f"“{folder}”没有完好的 {files.MANIFEST}：不是证据导出，或已被改动。",
            f"“{folder}” has no sound {files.MANIFEST}: it is no export of evidence, or was changed.",
            files.MANIFEST,
        )
        return None
    return found


def _is_manifest(found: dict[str, Any]) -> bool:
    if found.keys() != {"days", "files", "format", "kind"} or found["format"] != files.FORMAT:
        return False
    try:
        days = [date.fromisoformat(day).isoformat() for day in found["days"]]
    except (TypeError, ValueError):
        return False
    return days == found["days"] and isinstance(found["files"], dict) and found["kind"] in ("days", "case")


def _lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file without their ends; the last one has to have one."""
    with path.open("rb") as file:
        for line in file:
            yield line[:-1] if line.endswith(b"\n") else line + b"?"


def _anchors(folder: Path, verdict: Verdict) -> dict[str, Anchor]:
    """Return the sound anchors by day; every break of the chain is noted."""
    path = folder / files.ANCHORS
    if not path.is_file():
        verdict.add("缺少锚链文件。", "The chain of anchors is missing.", files.ANCHORS)
        return {}
    for number, anchor in broken(_lines(path)):
        said = f"（{anchor.day}）" if anchor else ""
        day = f" ({anchor.day})" if anchor else ""
        verdict.add(
            f"锚链第 {number} 行{said}已被改动，或其前有缺失：证据链在此断开。",
            f"Anchor {number}{day} was changed, or one before it is missing: the chain is broken here.",
            files.ANCHORS,
            line=number,
        )
    found = [anchor for line in _lines(path) if (anchor := read_anchor(line))]
    verdict.anchors, verdict.anchor = len(found), found[-1].hash if found else ""
    return {anchor.day.isoformat(): anchor for anchor in found}


def _chosen(days: Sequence[str], day: date | None, verdict: Verdict) -> Sequence[str]:
    if day is None:
        return days
    if day.isoformat() in days:
        return [day.isoformat()]
    verdict.add(f"导出中没有 {day}。", f"The export does not hold {day}.", files.MANIFEST)
    return []


# -- days ------------------------------------------------------------------------------------------------------------


def _check_days(folder: Path, anchors: dict[str, Anchor], days: Sequence[str], verdict: Verdict) -> None:
    for text in days:
        day = date.fromisoformat(text)
        verdict.days.append(text)
        anchor = anchors.get(text)
        if anchor is None:
            verdict.add(f"{day} 没有完好的锚。", f"There is no sound anchor of {day}.", files.ANCHORS)
        else:
            _Day(folder, anchor, verdict).check()


@dataclass(frozen=True)
class _Entry:
    """One line of an index."""

    line: int
    leaf: str
    spool: str
    seq: int
    device: str


class _Day:
    """The frames and audit entries of one day beside its anchor."""

    def __init__(self, folder: Path, anchor: Anchor, verdict: Verdict) -> None:
        self.folder = folder
        self.anchor = anchor
        self.verdict = verdict
        self.file = files.frames_file(anchor.day)
        self._is_proved = False

    def check(self) -> None:
        """Note what does not hold."""
        self._check_frames()
        self._check_index()
        self._check_entries()

    def _check_frames(self) -> None:
        """Compare frames and index in step; only where they part are they searched."""
        index = list(self._index())
        lines = [leaf_hash(line).hex() for line in _lines(self.folder / self.file)]
        self.verdict.frames += len(lines)
        self._is_proved = root(bytes.fromhex(leaf) for leaf in lines).hex() == self.anchor.frames_root
        for frame, entry in _parted(lines, [entry.leaf for entry in index]):
            self._note_frame(frame, index[entry] if entry is not None else None)
        if self._is_proved:
            return
        if [entry.leaf for entry in index] == lines:
            day = self.anchor.day
            self.verdict.add(
                f"{day} 的 {len(lines)} 条报文与当日锚不符（锚中为 {self.anchor.frames} 条）。",
                f"The {len(lines)} frames of {day} are not those that its anchor seals ({self.anchor.frames}).",
                self.file,
            )

    def _index(self) -> Iterator[_Entry]:
        for number, line in enumerate(_lines(self.folder / files.index_file(self.anchor.day)), 1):
            pieces = line.decode("utf-8", "replace").split(" ")
            is_whole = len(pieces) == 4 and len(pieces[0]) == 64 and pieces[2].isascii() and pieces[2].isdecimal()
            leaf, spool, seq, device = pieces if is_whole else ("", "", "0", "")
            yield _Entry(number, leaf, spool, int(seq), device)

    def _note_frame(self, frame: int | None, entry: _Entry | None) -> None:
        """Note a frame that is changed (both given), missing (only its entry), or not of the day (only the frame)."""
        where = {"spool": entry.spool, "seq": entry.seq, "device": entry.device} if entry else {}
        name = f"{entry.spool}#{entry.seq}" if entry else f"{self.file}:{(frame or 0) + 1}"
        device = entry.device if entry else "?"
        if frame is None:
            self.verdict.add(
                f"缺少报文 {name}（设备 {device}）。",
                f"Frame {name} of device {device} is missing.",
                self.file,
                **where,
            )
        elif entry is None:
            self.verdict.add(
                f"{name} 不属于当日证据。", f"{name} is no frame of the day's evidence.", self.file, line=frame + 1
            )
        elif self._is_proved:
            self.verdict.add(
                f"索引第 {entry.line} 行已被改动；报文本身完好。",
                f"Line {entry.line} of the index was changed; the frames themselves are sound.",
                files.index_file(self.anchor.day),
                line=entry.line,
            )
        else:
            self.verdict.add(
                f"报文 {name}（设备 {device}）已被改动。",
                f"Frame {name} of device {device} was changed.",
                self.file,
                line=frame + 1,
                **where,
            )

    def _check_index(self) -> None:
        """The names in the index are not under the root: they have to be those of the frames."""
        pairs = zip(_lines(self.folder / self.file), self._index(), strict=False)
        for line, entry in pairs:
            said = read(line)
            named = said and (said.get("spool"), said.get("seq"), said.get("device"))
            if named and entry.leaf == leaf_hash(line).hex() and named != (entry.spool, entry.seq, entry.device):
                self.verdict.add(
                    f"索引第 {entry.line} 行的名称与报文不符。",
                    f"Line {entry.line} of the index does not name its frame.",
                    files.index_file(self.anchor.day),
                    line=entry.line,
                )

    def _check_entries(self) -> None:
        """Check the audit entries: each one's own hash, the chain between them, the day's root."""
        name = files.audit_file(self.anchor.day)
        lines = list(_lines(self.folder / name))
        self.verdict.entries += len(lines)
        if root(map(leaf_hash, lines)).hex() == self.anchor.entries_root:
            return
        found = list(_changed_entries(lines))
        for number, identity in found:
            self.verdict.add(
                f"审计记录 {identity} 已被改动，或其前有缺失。",
                f"Audit entry {identity} was changed, or one before it is missing.",
                name,
                line=number,
            )
        if not found:
            self.verdict.add(
                f"{self.anchor.day} 的审计记录有 {len(lines)} 条，与当日锚（{self.anchor.entries} 条）不符。",
                f"The {len(lines)} audit entries of {self.anchor.day} are not the {self.anchor.entries} of its anchor.",
                name,
            )


def _parted(found: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[int | None, int | None]]:
    """Yield where two lists of leaves part: (i, j) changed, (None, j) missing, (i, None) added."""
    i = j = 0
    while i < len(found) or j < len(wanted):
        if found[i : i + 1] == wanted[j : j + 1]:
            i, j = i + 1, j + 1
        elif i >= len(found):
            yield None, j
            j += 1
        elif j >= len(wanted) or (
            found[i + 1 : i + 2] == wanted[j : j + 1] and found[i] not in wanted[j : j + _WINDOW]
        ):
            yield i, None
            i += 1
        elif found[i] in wanted[j : j + _WINDOW]:
            yield None, j
            j += 1
        else:
            yield i, j
            i, j = i + 1, j + 1


def _changed_entries(lines: Sequence[bytes]) -> Iterator[tuple[int, Any]]:
    """Yield the number and identity of audit entries whose hash or chain does not hold."""
    previous: str | None = None
    for number, line in enumerate(lines, 1):
        entry = read(line)
        if entry is None or entry.get("hash") != entry_hash(entry) or previous not in (None, entry.get("previous")):
            yield number, (entry or {}).get("id", f"({number})")
        previous = entry.get("hash") if entry else None


def entry_hash(entry: dict[str, Any]) -> str:
    """Return the hash of an audit entry as ``apps/audit`` computes it."""
    said = {name: entry.get(name) for name in ("previous", "at", "verb", "actor", "subject", "detail")}
    return sha256(written(said)).hexdigest()


# -- case ------------------------------------------------------------------------------------------------------------


def _check_case(folder: Path, anchors: dict[str, Anchor], verdict: Verdict) -> None:
    pairs = zip_longest(_lines(folder / files.FRAMES), _lines(folder / files.PROOFS))
    for number, (line, path) in enumerate(pairs, 1):
        verdict.frames += line is not None
        proof = read(path) if path is not None else None
        where = {name: proof[name] for name in ("spool", "seq") if proof and name in proof}
        name = f"{where.get('spool', '?')}#{where.get('seq', '?')}"
        device = str(((read(line) if line else None) or {}).get("device", ""))
        if line is None:
            verdict.add(f"缺少报文 {name}。", f"Frame {name} is missing.", files.FRAMES, line=number, **where)
        elif not _is_proved(line, proof, anchors):
            verdict.add(
                f"报文 {name}（设备 {device or '?'}）已被改动，或其证明不成立。",
                f"Frame {name} of device {device or '?'} was changed, or its proof does not hold.",
                files.FRAMES,
                line=number,
                device=device,
                **where,
            )
        elif proof and proof["day"] not in verdict.days:
            verdict.days.append(proof["day"])


def _is_proved(line: bytes, proof: dict[str, Any] | None, anchors: dict[str, Anchor]) -> bool:
    """Whether a proof leads from a frame to the root of its day's anchor, and names that frame."""
    frame = read(line)
    if frame is None or proof is None:
        return False
    try:
        anchor = anchors[proof["day"]]
        path = [bytes.fromhex(one) for one in cast(list[str], proof["path"])]
        found = root_of_proof(leaf_hash(line), int(proof["index"]), int(proof["size"]), path)
        named = (proof["spool"], proof["seq"]) == (frame["spool"], frame["seq"])
    except (KeyError, TypeError, ValueError):
        return False
    return named and found is not None and found.hex() == anchor.frames_root and anchor.frames == proof["size"]


def _check_digests(folder: Path, digests: dict[str, str], verdict: Verdict, day: date | None) -> None:
    """What no root proves has at least to be the file that was written."""
    known = {problem.file for problem in verdict.problems}
    for name, wanted in sorted(digests.items()):
        is_asked = day is None or name == files.ANCHORS or day.isoformat() in name
        if is_asked and name not in known and files.digest(folder / name) != wanted:
            verdict.add(
                f"文件 {name} 与导出时不同，或清单已被改动。",
                f"The file {name} is not as it was exported, or the manifest was changed.",
                name,
            )
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(there - digests.keys() - {files.MANIFEST}):
        verdict.add(f"文件 {name} 不属于本导出。", f"The file {name} is not part of the export.", name)
