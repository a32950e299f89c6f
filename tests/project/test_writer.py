"""``lantian writer`` rolls up what is there and stops when it is told to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from lantian.lake import Lake
from tests.lake.sample import LATER, MIDNIGHT, day_of_hours, rows

COMMAND = [sys.executable, "-m", "lantian.project", "writer"]


def test_the_writer_rolls_up_and_stops_cleanly_on_sigterm(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    lake.append_readings(rows(day_of_hours(10.0)), received_at=LATER, source="a")
    told = []
    with subprocess.Popen(
        [*COMMAND, "--data-dir", str(tmp_path), "--every", "0.1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"LANTIAN_DATA_DIR": str(tmp_path)},
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            told.append(line)
            if "lake.maintained" in line:
                process.send_signal(signal.SIGTERM)
    assert process.returncode == 0
    assert any("lake.rolled_up" in line for line in told)
    assert "writer.stopped" in told[-1]
    assert lake.daily(first=MIDNIGHT.date(), last=LATER.date()).num_rows == 1
