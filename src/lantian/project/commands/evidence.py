"""``lantian evidence``: close days, export them, and prove what was exported, with its files alone."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted
from lantian.lake.evidence.files import EvidenceError, export_case, export_days
from lantian.lake.evidence.verify import Verdict, verify
from lantian.lake.lake import Lake
from lantian.project.cli import language
from lantian.project.config import Config
from lantian.project.start import use_environment

if TYPE_CHECKING:
    from types import ModuleType

DATA_DIR = click.option(
    "--data-dir", type=click.Path(file_okay=False), help="where everything is kept [LANTIAN_DATA_DIR, ./var]"
)
OUTPUT = click.option(
    "--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="a new or empty folder"
)
SHOWN = 20


@click.group()
def command() -> None:
    """Export and verify the chain of frames."""


@command.command()
@DATA_DIR
def close(*, data_dir: str | None) -> None:
    """Seal every day that is over; lantian writer does the same after midnight."""
    config, lake, audit = _open(data_dir)
    for anchor in audit.close_days(lake, folder=config.data_dir / "evidence", now=datetime.now(UTC)):
        click.echo(f"{anchor.day} {anchor.frames} {anchor.entries} {anchor.hash}")


@command.command()
@DATA_DIR
@OUTPUT
@click.option("--day", "days", multiple=True, required=True, type=click.DateTime(["%Y-%m-%d"]), help="Beijing day")
def export(*, data_dir: str | None, output: Path, days: Sequence[datetime]) -> None:
    """Write days with all their frames, their audit entries and the chain of anchors into a folder."""
    _, lake, audit = _open(data_dir)
    chosen = sorted({day.date() for day in days})
    chain = audit.chain()
    known = {anchor.day for anchor in chain}
    entries = {day: audit.entry_lines(day) for day in chosen if day in known}
    export_days(lake, output, chain, chosen, entries)
    click.echo(str(output))


@command.command()
@DATA_DIR
@OUTPUT
@click.option("--frames", required=True, help="numbers such as 12,15-20")
@click.option("--spool", help="name of the spool, where the lake holds more than one")
def pack(*, data_dir: str | None, output: Path, frames: str, spool: str | None) -> None:
    """Write some frames for a case: the bytes, what was decoded, and a proof for each."""
    _, lake, audit = _open(data_dir)
    chain = audit.chain()
    names = {name for anchor in chain for name in anchor.spools}
    if spool is None and len(names) != 1:
        raise EvidenceError(
            Text(
                f"请用 --spool 指明暂存队列：{'、'.join(sorted(names)) or '尚无'}。",
                f"Name the spool with --spool: {', '.join(sorted(names)) or 'there is none yet'}.",
            )
        )
    name = spool or names.pop()
    export_case(lake, output, chain, [(name, seq) for seq in numbers(frames)])
    click.echo(str(output))


@command.command("verify")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="only this day of the export")
@click.option("--anchor", help="hash of an anchor kept elsewhere, which the chain has to hold")
@click.option("--json", "as_json", is_flag=True, help="one JSON document")
def check(*, path: Path, day: datetime | None, anchor: str | None, as_json: bool) -> None:
    """Prove exported files; exit code 1 names what was changed or is missing."""
    verdict = verify(path, day.date() if day else None, anchor)
    click.echo(_document(path, verdict) if as_json else _sentences(verdict))
    sys.exit(1 if verdict.problems else 0)


def _document(path: Path, verdict: Verdict) -> str:
    found = vars(verdict) | {"path": str(path), "ok": not verdict.problems}
    found["problems"] = [problem.document() for problem in verdict.problems]
    return json.dumps(found, ensure_ascii=False, indent=2)


def _sentences(verdict: Verdict) -> str:
    spoken = language()
    if verdict.problems:
        lines = [problem.text.in_language(spoken) for problem in verdict.problems[:SHOWN]]
        more = len(verdict.problems) - SHOWN
        return "\n".join([*lines, *([f"… +{more}"] if more > 0 else [])])
    days = ", ".join(verdict.days)
    return Text(
        f"证据完好：{days}，报文 {verdict.frames} 条，审计记录 {verdict.entries} 条，锚 {verdict.anchors} 个，"
        f"末锚 {verdict.anchor}。",
        f"The evidence holds: {days}, {counted(verdict.frames, 'frame')}, "
        f"{counted(verdict.entries, 'audit entry', 'audit entries')}, "
        f"{counted(verdict.anchors, 'anchor')}, the last {verdict.anchor}.",
    ).in_language(spoken)


def numbers(text: str) -> list[int]:
    """Return the numbers of a list with ranges.

    >>> numbers("12,15-17")
    [12, 15, 16, 17]
    """
    found: list[int] = []
    try:
        for piece in text.split(","):
            first, _, last = piece.strip().partition("-")
            found += range(int(first), int(last or first) + 1)
    except ValueError as error:
        raise click.BadParameter(text, param_hint="--frames") from error
    return found


def _open(data_dir: str | None) -> "tuple[Config, Lake, ModuleType]":
    config = use_environment(data_dir=data_dir)
    from lantian.project.commands.records import open_records  # noqa: PLC0415 - verifying needs no Django

    open_records()
    from lantian.apps.audit import services  # noqa: PLC0415 - needs Django

    return config, Lake(config.lake_url), services
