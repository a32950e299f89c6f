"""Files that a command writes are whole or not there: a full disk or a kill leaves none half-written."""

import errno
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from lantian.policy.check import check_pack
from lantian.project.cli import group
from lantian.project.commands.output import OutputError, write_output

PLAN = "某县大气污染防治方案\n一、重点任务\n（一）治理。由县住建局牵头，2020年底前完成裸地治理12处。\n"


def full_disk_at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let the disk be full in the middle of the file whose name holds ``name``."""
    write = Path.write_bytes

    def half(path: Path, content: bytes) -> int:
        if name not in path.name:
            return write(path, content)
        write(path, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", half)


def test_a_disk_that_is_full_half_way_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "june.pdf"
    write_output(file, b"old")
    full_disk_at(monkeypatch, "june")
    with pytest.raises(OutputError, match="No space left"):
        write_output(file, b"new and longer")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_pipe_is_written_to_and_stays_a_pipe() -> None:
    write_output(Path(os.devnull), b"anything")
    assert not Path(os.devnull).is_file()


def test_draft_records_that_broke_off_are_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, draft = tmp_path / "plan.txt", tmp_path / "draft"
    plan.write_text(PLAN, encoding="utf-8")
    with monkeypatch.context() as broken:
        full_disk_at(broken, "tasks.toml")
        full = CliRunner().invoke(group, ["plan", "import", str(plan), "--output", str(draft)])
    assert full.exit_code == 1
    assert isinstance(full.exception, OutputError) or "tasks.toml" in full.stderr  # as a sentence
    assert not (draft / "tasks.toml").exists()
    assert CliRunner().invoke(group, ["plan", "import", str(plan), "--output", str(draft)]).exit_code == 0
    assert check_pack(draft) == []
