"""Imports that stop in the middle, and imports that come again: nothing half-written, nothing twice (断点续传)."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from lantian.lake.imports import ImportFileError, sheets
from tests.imports.files import HEADER_35, Intake, row_35, text_file
from tests.shared import ROOT

HOURS, BATCH = 250, 100
_START = np.datetime64("2020-01-01T00")

_CHILD = """
    import os, signal, sys
    from pathlib import Path
    from lantian.lake import Lake
    from lantian.lake.imports import load, sheets
    from tests.imports.files import Intake

    sheets.BATCH = int(sys.argv[3])
    append = Lake.append_readings

    def die_after(lake, *given, **named):
        append(lake, *given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    Lake.append_readings = die_after
    Intake(Path(sys.argv[1])).load(Path(sys.argv[2]))
"""


def _file(folder: Path, name: str = "hours.csv", last: str = "") -> Path:
    rows = [row_35(f"{_START + at}:00", at % 90) for at in range(HOURS)]
    return text_file(folder / name, [HEADER_35, *rows, *([last] if last else [])])


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "BATCH", BATCH)
    monkeypatch.setattr(sheets, "_BLOCK", 2_000)


def test_an_import_that_is_killed_after_its_first_batch_goes_on_without_duplicates(intake: Intake) -> None:
    path = _file(intake.root)
    words = [sys.executable, "-c", textwrap.dedent(_CHILD), str(intake.root), str(path), str(BATCH)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert intake.stored() == BATCH * 6
    loaded = intake.load(path)
    assert (loaded.resumed, loaded.readings_known, loaded.readings_stored) == (1, BATCH * 6, (HOURS - BATCH) * 6)
    assert intake.stored() == HOURS * 6
    assert [value for _, value in sorted(intake.values().items())] == [at % 90 for at in range(HOURS)]


def test_the_same_file_again_stores_nothing(intake: Intake) -> None:
    path = _file(intake.root)
    assert intake.load(path).readings_stored == HOURS * 6
    again = intake.load(path)
    assert (again.readings_stored, again.readings_known, again.resumed) == (0, HOURS * 6, 3)
    assert intake.stored() == HOURS * 6


def test_another_file_with_the_same_values_stores_nothing(intake: Intake) -> None:
    intake.load(_file(intake.root))
    intake.roll_up()
    other = intake.load(_file(intake.root, "other.csv", row_35("2020-01-01 00:00", 0)))
    assert (other.readings_stored, other.readings_known, other.rows_duplicate) == (0, HOURS * 6, 1)
    assert intake.stored() == HOURS * 6


def test_a_corrected_file_stores_only_what_it_corrects(intake: Intake) -> None:
    intake.load(_file(intake.root))
    intake.roll_up()
    corrected = intake.load(text_file(intake.root / "new.csv", [HEADER_35, row_35("2020-01-01 00:00", 77)]))
    assert (corrected.readings_stored, corrected.readings_known) == (1, 5)


def test_a_file_that_breaks_off_keeps_whole_batches_and_its_repaired_form_completes_them(intake: Intake) -> None:
    whole = _file(intake.root)
    broken = intake.root / "broken.csv"
    broken.write_bytes(whole.read_bytes() + b"\xff\xff\xff\n")
    with pytest.raises(ImportFileError):
        intake.load(broken)
    assert intake.stored() % (BATCH * 6) == 0
    intake.roll_up()
    intake.load(whole)
    assert intake.stored() == HOURS * 6


def test_the_first_rows_of_an_import_are_announced_once(intake: Intake) -> None:
    assert intake.announced == 0
    path = _file(intake.root)
    intake.load(path)
    assert intake.announced == 1
    intake.load(path)
    assert intake.announced == 1


def test_progress_never_goes_back_and_counts_all_rows(intake: Intake) -> None:
    intake.load(_file(intake.root))
    shares, rows = zip(*intake.told, strict=True)
    assert list(rows) == [100, 200, 250]
    assert list(shares) == sorted(shares)
    assert shares[-1] == 1.0
