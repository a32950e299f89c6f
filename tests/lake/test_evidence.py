"""Exports prove themselves: whatever byte is changed in whatever file is found, and a frame's record is named."""

import json
import random
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from lantian.kernel.instants import beijing_day
from lantian.kernel.merkle import leaf_hash, root
from lantian.lake import Lake, Stretch
from lantian.lake.evidence.anchors import GENESIS, Anchor
from lantian.lake.evidence.files import EvidenceError, export_case, export_days
from lantian.lake.evidence.frames import lines_of, spans_after
from lantian.lake.evidence.lines import written
from lantian.lake.evidence.verify import entry_hash, verify
from lantian.lake.schema import FRAMES, READINGS
from tests.lake.sample import Reading
from tests.lake.test_stretches import frame_rows, numbered

DAY, NEXT = date(2026, 11, 25), date(2026, 11, 26)
AT = beijing_day(DAY, 12)


def entries(day: date, previous: str, first: int) -> list[bytes]:
    """Three audit entries of a day, chained."""
    found = []
    for number in range(first, first + 3):
        entry = {
            "actor": "duty",
            "at": f"{day}T04:00:00.{number:06d}+00:00",
            "detail": {"n": number},
            "previous": previous,
            "subject": ["alarms.alarm", str(number)],
            "verb": "alarm.acknowledged",
        }
        previous = entry_hash(entry)
        found.append(written(entry | {"hash": previous, "id": number}))
    return found


class Evidence:
    """A lake with two closed days of twenty frames of two spools each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lake = Lake(folder / "lake")
        self.days: dict[date, list[bytes]] = {}
        self.anchors: list[Anchor] = []
        for number, day in enumerate((DAY, NEXT)):
            at, first = AT + number * timedelta(days=1), number * 20
            self._receive("s", range(first + 1, first + 21), at)
            self._receive("t", range(first // 4 + 1, first // 4 + 6), at)
            self._close(day)

    def _receive(self, spool: str, seqs: range, at: datetime) -> None:
        rows = frame_rows(seqs, at)
        rows = rows.set_column(0, "spool", pa.array([spool] * len(seqs)))
        stretch = Stretch(spool, seqs[-1], at)
        self.lake.append_stretch(READINGS, numbered([Reading(seqs[0], 35.0, 60)], [seqs[0]]), stretch)
        self.lake.append_stretch(FRAMES, rows, stretch)

    def _close(self, day: date) -> None:
        covered = {name: span[1] for anchor in self.anchors for name, span in anchor.spools.items()}
        spans = spans_after(self.lake, covered, day)
        leaves = [leaf_hash(line) for line in lines_of(self.lake, spans)]
        last = json.loads(self.days[self.anchors[-1].day][-1])["hash"] if self.anchors else "0" * 64
        self.days[day] = entries(day, last, 3 * len(self.anchors) + 1)
        self.anchors.append(
            Anchor(
                day=day,
                previous=self.anchors[-1].hash if self.anchors else GENESIS,
                spools=spans,
                frames=len(leaves),
                frames_root=root(leaves).hex(),
                entries=3,
                entries_root=root(map(leaf_hash, self.days[day])).hex(),
                last_entry=3 * len(self.days),
                made_at="2026-11-27T00:00:00.000000+00:00",
            ).sealed()
        )

    def export(self, *days: date) -> Path:
        export_days(self.lake, self.folder / "export", self.anchors, days, self.days)
        return self.folder / "export"

    def case(self, *wanted: tuple[str, int]) -> Path:
        export_case(self.lake, self.folder / "case", self.anchors, wanted)
        return self.folder / "case"


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return Evidence(tmp_path)


def edit(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


def problems(folder: Path, **options: str) -> list[str]:
    return [problem.text.en for problem in verify(folder, **options).problems]  # type: ignore[arg-type]


def test_whole_days_prove_themselves(evidence: Evidence) -> None:
    verdict = verify(evidence.export(DAY, NEXT))
    assert verdict.problems == []
    assert (verdict.days, verdict.frames, verdict.entries, verdict.anchors) == (["2026-11-25", "2026-11-26"], 50, 6, 2)
    assert verdict.anchor == evidence.anchors[-1].hash
    assert evidence.anchors[1].spools == {"s": (21, 40), "t": (6, 10)}
    assert problems(evidence.folder / "export", known=evidence.anchors[0].hash) == []
    assert problems(evidence.folder / "export", known="f" * 64) == [f"The chain does not hold the anchor {'f' * 64}."]


def test_one_flipped_byte_of_a_frame_names_its_record(evidence: Evidence) -> None:
    folder = evidence.export(DAY)
    path = folder / "frames" / "2026-11-25.jsonl"
    sound = path.read_bytes()
    lines = sound.splitlines(keepends=True)
    chance = random.Random(20261125)
    at = 0
    for number, line in enumerate(lines):
        spool, seq = ("s", number + 1) if number < 20 else ("t", number - 19)
        for offset in sorted({0, len(line) - 2, *(chance.randrange(len(line)) for _ in range(6))}):
            changed = bytearray(sound)
            changed[at + offset] ^= 1 << chance.randrange(8)
            if b"\n" in (changed[at + offset : at + offset + 1], sound[at + offset : at + offset + 1]):
                continue
            path.write_bytes(changed)
            [problem] = verify(folder).problems
            assert (problem.spool, problem.seq, problem.device) == (spool, seq, f"d{seq % 2}"), offset
            assert problem.text.en == f"Frame {spool}#{seq} of device d{seq % 2} was changed."
        at += len(line)


def test_one_flipped_byte_in_any_file_is_found(evidence: Evidence) -> None:
    folder = evidence.export(DAY, NEXT)
    evidence.case(("s", 3), ("s", 21), ("t", 7))
    chance = random.Random(20261126)
    for base in (folder, evidence.folder / "case"):
        assert verify(base).problems == []
        for path in sorted(path for path in base.rglob("*") if path.is_file()):
            sound = path.read_bytes()
            for _ in range(25):
                changed = bytearray(sound)
                changed[chance.randrange(len(sound))] ^= 1 << chance.randrange(8)
                path.write_bytes(changed)
                assert verify(base).problems, (path, bytes(changed))
            path.write_bytes(sound)


def test_missing_added_and_moved_frames_are_named(evidence: Evidence) -> None:
    folder = evidence.export(DAY)
    path = folder / "frames" / "2026-11-25.jsonl"
    sound = path.read_bytes()
    edit(path, lambda lines: lines[:4] + lines[6:])
    assert problems(folder) == ["Frame s#5 of device d1 is missing.", "Frame s#6 of device d0 is missing."]
    path.write_bytes(sound)
    edit(path, lambda lines: lines[:-1])
    assert problems(folder) == ["Frame t#5 of device d1 is missing."]
    path.write_bytes(sound)
    edit(path, lambda lines: [*lines[:3], lines[0].replace(b'"seq":1', b'"seq":9'), *lines[3:]])
    assert problems(folder) == ["frames/2026-11-25.jsonl:4 is no frame of the day's evidence."]
    path.write_bytes(sound)
    edit(path, lambda lines: [lines[1], lines[0], *lines[2:]])
    assert problems(folder)[0] == "Frame s#1 of device d1 is missing."


def test_frames_and_index_that_were_changed_together_do_not_fit_the_anchor(evidence: Evidence) -> None:
    folder = evidence.export(DAY)
    edit(folder / "frames" / "2026-11-25.jsonl", lambda lines: lines[:-1])
    edit(folder / "frames" / "2026-11-25.index", lambda lines: lines[:-1])
    assert "The 24 frames of 2026-11-25 are not those that its anchor seals (25)." in problems(folder)


def test_a_changed_index_is_told_from_a_changed_frame(evidence: Evidence) -> None:
    folder = evidence.export(DAY)
    path = folder / "frames" / "2026-11-25.index"
    sound = path.read_bytes()
    edit(path, lambda lines: [b"0" * 64 + lines[0][64:], *lines[1:]])
    assert problems(folder) == ["Line 1 of the index was changed; the frames themselves are sound."]
    path.write_bytes(sound.replace(b" s 7 d1", b" s 7 d9"))
    assert problems(folder) == ["Line 7 of the index does not name its frame."]


def test_a_broken_chain_is_found_where_it_breaks(evidence: Evidence) -> None:
    folder = evidence.export(NEXT)
    path = folder / "anchors.jsonl"
    sound = path.read_bytes()
    edit(path, lambda lines: lines[1:])
    assert problems(folder)[0] == (
        "Anchor 1 (2026-11-26) was changed, or one before it is missing: the chain is broken here."
    )
    path.write_bytes(sound)
    edit(path, lambda lines: [lines[0].replace(b'"frames":25', b'"frames":24'), lines[1]])
    assert problems(folder)[0].startswith("Anchor 1 was changed")
    edit(path, lambda lines: lines[:1])
    assert "There is no sound anchor of 2026-11-26." in problems(folder)
    path.unlink()
    assert "The chain of anchors is missing." in problems(folder)


def test_changed_and_missing_audit_entries_are_named(evidence: Evidence) -> None:
    folder = evidence.export(DAY)
    path = folder / "audit" / "2026-11-25.jsonl"
    sound = path.read_bytes()
    path.write_bytes(sound.replace(b'{"n":2}', b'{"n":5}'))
    assert problems(folder) == ["Audit entry 2 was changed, or one before it is missing."]
    path.write_bytes(sound)
    edit(path, lambda lines: [lines[0], lines[2]])
    assert problems(folder) == ["Audit entry 3 was changed, or one before it is missing."]
    path.write_bytes(sound)
    edit(path, lambda lines: lines[:2])
    assert problems(folder) == ["The 2 audit entries of 2026-11-25 are not the 3 of its anchor."]
    edit(path, lambda lines: [b"{}\n", *lines[1:]])
    assert problems(folder)[0] == "Audit entry (1) was changed, or one before it is missing."


def test_one_day_of_an_export_can_be_checked_alone(evidence: Evidence) -> None:
    folder = evidence.export(DAY, NEXT)
    edit(folder / "frames" / "2026-11-26.jsonl", lambda lines: lines[1:])
    assert problems(folder) == ["Frame s#21 of device d1 is missing."]
    assert verify(folder, DAY).problems == []
    assert [one.text.en for one in verify(folder, date(2026, 1, 1)).problems] == [
        "The export does not hold 2026-01-01."
    ]


def test_lost_and_foreign_files_are_named(evidence: Evidence) -> None:
    folder = evidence.export(DAY)
    (folder / "note.txt").write_text("hello", encoding="ascii")
    assert problems(folder) == ["The file note.txt is not part of the export."]
    (folder / "audit" / "2026-11-25.jsonl").unlink()
    assert problems(folder) == ["The file audit/2026-11-25.jsonl is missing."]
    for text in ("", "[]\n", '{"days":["2026-99-99"],"files":{},"format":"lantian-evidence-1","kind":"days"}\n'):
        (folder / "manifest.json").write_text(text, encoding="ascii")
        [problem] = verify(folder).problems
        assert problem.file == "manifest.json"
    shutil.rmtree(folder)
    folder.mkdir()
    assert len(problems(folder)) == 1


def test_a_case_carries_its_frames_what_they_said_and_a_proof_for_each(evidence: Evidence) -> None:
    folder = evidence.case(("t", 7), ("s", 1), ("s", 21))
    verdict = verify(folder)
    assert verdict.problems == []
    assert (verdict.kind, verdict.days, verdict.frames) == ("case", ["2026-11-25", "2026-11-26"], 3)
    said = [json.loads(line) for line in (folder / "readings.jsonl").read_bytes().splitlines()]
    assert [(one["source"], one["frame"], one["value"]) for one in said] == [("s", 1, 35.0), ("s", 21, 35.0)]
    sound = (folder / "frames.jsonl").read_bytes()
    (folder / "frames.jsonl").write_bytes(sound.replace(b'"device":"d1"', b'"device":"d7"', 1))
    assert problems(folder) == ["Frame s#1 of device d7 was changed, or its proof does not hold."]
    (folder / "frames.jsonl").write_bytes(b"".join(sound.splitlines(keepends=True)[:2]))
    assert problems(folder) == ["Frame t#7 is missing."]
    (folder / "frames.jsonl").write_bytes(sound)
    edit(folder / "proofs.jsonl", lambda lines: lines[:2])
    assert problems(folder)[0] == "Frame ?#? of device d1 was changed, or its proof does not hold."
    assert len(verify(folder).problems) == 2


def test_what_is_not_closed_or_not_there_is_refused(evidence: Evidence) -> None:
    with pytest.raises(EvidenceError, match="2026-11-27 has no anchor yet"):
        evidence.export(date(2026, 11, 27))
    with pytest.raises(EvidenceError, match="Frame s#41 is in no day that is closed"):
        evidence.case(("s", 41))
    evidence.export(DAY)
    with pytest.raises(EvidenceError, match="is not empty"):
        evidence.export(DAY)
    evidence.lake.tables["frames"].delete("seq = 4 AND spool = 's'")
    with pytest.raises(EvidenceError, match="The lake holds no frame s#4"):
        evidence.case(("s", 4))
    shutil.rmtree(evidence.folder / "export")
    assert "The 24 frames of 2026-11-25 are not those that its anchor seals (25)." in problems(evidence.export(DAY))
