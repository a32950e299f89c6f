"""A day that is over is sealed once, over the day before, with all that came in it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.audit.models import Anchor, AuditError
from lantian.apps.audit.services import chain, close_days, entry_lines, record
from lantian.kernel.instants import beijing_day
from lantian.lake import Lake, Stretch
from lantian.lake.evidence.anchors import GENESIS, broken
from lantian.lake.evidence.files import export_days
from lantian.lake.evidence.verify import verify
from lantian.lake.schema import FRAMES
from tests.lake.test_stretches import frame_rows

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 25)
NOON = beijing_day(DAY, 12)
HOURS = timedelta(hours=1)


def receive(lake: Lake, seqs: range, at: datetime) -> None:
    lake.append_stretch(FRAMES, frame_rows(seqs, at), Stretch("s", seqs[-1], at))


def note(at: datetime) -> None:
    person = Person.objects.first() or Person.objects.create_person("duty", None, name_zh="王守蓝")
    record("alarm.acknowledged", subject=person, actor=person, at=at, detail={"说明": "到场", "n": 1.5})


def test_days_are_sealed_in_order_each_over_the_one_before(tmp_path: Path) -> None:
    lake, folder = Lake(tmp_path / "lake"), tmp_path / "evidence"
    receive(lake, range(1, 11), NOON)
    note(NOON)
    receive(lake, range(11, 16), NOON + 48 * HOURS)
    note(NOON + 25 * HOURS)
    assert close_days(lake, folder=folder, now=NOON + 11 * HOURS) == []
    made = close_days(lake, folder=folder, now=NOON + 61 * HOURS)
    assert [(one.day.day, one.frames, one.entries, one.last_entry - made[0].last_entry) for one in made] == [
        (25, 10, 1, 0),
        (26, 0, 1, 1),
        (27, 5, 0, 1),
    ]
    assert [one.previous for one in made] == [GENESIS, made[0].hash, made[1].hash]
    assert close_days(lake, folder=folder, now=NOON + 62 * HOURS) == []
    assert chain() == made
    assert list(broken(one.line() for one in made)) == []
    assert (folder / "2026-11-26.json").read_bytes() == made[1].line() + b"\n"


def test_an_export_of_a_sealed_day_proves_itself_with_its_audit_entries(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    receive(lake, range(1, 11), NOON)
    for hour in range(3):
        note(NOON + hour * HOURS)
    close_days(lake, folder=tmp_path / "evidence", now=NOON + 13 * HOURS)
    export_days(lake, tmp_path / "export", chain(), [DAY], {DAY: entry_lines(DAY)})
    verdict = verify(tmp_path / "export")
    assert (verdict.problems, verdict.frames, verdict.entries) == ([], 10, 3)
    path = tmp_path / "export" / "audit" / "2026-11-25.jsonl"
    path.write_bytes(path.read_bytes().replace("到场".encode(), "离场".encode(), 1))
    [problem] = verify(tmp_path / "export").problems
    assert problem.line == 1


def test_frames_that_a_wrong_clock_dated_back_fall_to_the_day_closed_next(tmp_path: Path) -> None:
    lake, folder = Lake(tmp_path / "lake"), tmp_path / "evidence"
    receive(lake, range(1, 11), NOON)
    close_days(lake, folder=folder, now=NOON + 13 * HOURS)
    receive(lake, range(11, 14), NOON)
    receive(lake, range(14, 16), NOON + 24 * HOURS)
    [made] = close_days(lake, folder=folder, now=NOON + 37 * HOURS)
    assert (made.day, made.frames, made.spools) == (date(2026, 11, 26), 5, {"s": (11, 15)})


def test_without_frames_the_first_day_is_yesterday(tmp_path: Path) -> None:
    [made] = close_days(Lake(tmp_path / "lake"), folder=tmp_path, now=datetime(2026, 11, 26, 4, tzinfo=UTC))
    assert (made.day, made.frames, made.entries) == (DAY, 0, 0)


def test_an_anchor_cannot_be_changed_or_deleted(tmp_path: Path) -> None:
    close_days(Lake(tmp_path / "lake"), folder=tmp_path, now=NOON + 13 * HOURS)
    anchor = Anchor.objects.get()
    assert str(anchor).startswith("2026-11-25 ")
    for attempt in (anchor.save, anchor.delete, Anchor.objects.all().delete, lambda: Anchor.objects.update(frames=1)):
        with pytest.raises(AuditError):
            attempt()


def test_frames_of_a_second_spool_belong_to_the_day_too(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    receive(lake, range(1, 11), NOON)
    close_days(lake, folder=tmp_path, now=NOON + 13 * HOURS)
    rows = frame_rows(range(1, 4), NOON + 24 * HOURS).set_column(0, "spool", pa.array(["t"] * 3))
    lake.append_stretch(FRAMES, rows, Stretch("t", 3, NOON + 24 * HOURS))
    [made] = close_days(lake, folder=tmp_path, now=NOON + 37 * HOURS)
    assert (made.frames, made.spools) == (3, {"t": (1, 3)})
