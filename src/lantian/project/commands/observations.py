"""``lantian observations``: import files of hourly observations into the lake (观测数据导入)."""

import json
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING
from lantian.kernel.plurals import counted
from lantian.lake.imports import ImportFileError, layout_names
from lantian.project.cli import language
from lantian.project.commands.records import open_records

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(help="Import observations (观测数据).")
def command() -> None:
    """Group of the observation commands."""


@command.command("import")
@click.argument("file", type=_FILE)
@click.option("--layout", required=True, type=click.Choice(layout_names()), help="How the file is laid out.")
@click.option("--point-map", type=_FILE, help="CSV with columns station, point: which point a name of the file is.")
@click.option("--mapping", type=_FILE, help="TOML with column, factor and unit names of a long file.")
@click.option("--label", type=click.Choice(["start", "end"]), help="Whether hh:00 names the hour that starts or ends.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON document.")
def import_(file: Path, **chosen: Any) -> None:
    """Import FILE: good rows go into the lake, others into a rejects file with their reasons."""
    open_records()
    from lantian.apps.telemetry.services import ImportRequest, import_file, read_point_map  # noqa: PLC0415 - needs Django

    request = ImportRequest(
        file.absolute(),
        chosen["layout"],
        chosen["label"],
        _mapping(chosen["mapping"]),
        read_point_map(chosen["point_map"]) if chosen["point_map"] else {},
    )
    with _progress() as told:
        entry, _ = import_file(request, by=None, at=datetime.now(UTC), progress=told)
    result = {"file": str(file), "layout": request.layout, "label": request.chosen_layout().label, **entry.summary}
    if chosen["as_json"]:
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        click.echo(_sentences(result).in_language(language()))


def _mapping(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ImportFileError(
            f"映射文件 {path.name} 不是 UTF-8 的 TOML：{error}", f"The mapping {path.name} is no TOML in UTF-8: {error}"
        ) from error


@contextmanager
def _progress() -> Iterator[Any]:
    """Show a bar on a terminal; elsewhere tell nothing."""
    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f}% {task.fields[rows]:,}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=1.0, rows=0)
        yield lambda share, rows: bar.update(task, completed=share, rows=rows)


def _beijing(instant: str | None) -> str:
    """Return an ISO instant as Beijing time to the minute; a dash for none."""
    return f"{datetime.fromisoformat(instant).astimezone(BEIJING):%Y-%m-%d %H:%M}" if instant else "—"


def _sentences(found: dict[str, Any]) -> Text:
    rows, values = found["rows"], found["readings"]
    rejects = found["rejects_file"]
    first, last = (_beijing(found[name]) for name in ("first_hour", "last_hour"))
    zh = [
        f"读 {rows['read']} 行；入库 {values['stored']} 个值，已有 {values['already_known']}。",
        f"存疑 {values['flagged']} 个值。",
        f"重复 {rows['duplicate']} 行，拒绝 {rows['rejected']} 行" + (f"，原因见 {rejects}。" if rejects else "。"),
        f"小时 {first} 至 {last}（北京时间，前标），{len(found['stations'])} 个站点。",
        f"新点位 {len(found['new_points'])} 个；快照 {found['snapshot']}。",
    ]
    read, stored = counted(rows["read"], "row"), counted(values["stored"], "value")
    en = [
        f"{read} read; {stored} stored, {values['already_known']} known already.",
        f"{counted(values['flagged'], 'value')} flagged as suspect, {counted(rows['duplicate'], 'row')} repeated.",
        f"{counted(rows['rejected'], 'row')} rejected" + (f": see {rejects}." if rejects else "."),
        f"Hours starting {first} to {last} (Beijing time), {counted(len(found['stations']), 'station')}.",
        f"{counted(len(found['new_points']), 'new point')}; snapshot {found['snapshot']}.",
    ]
    if not values["stored"]:
        zh.append("没有新数据：文件的内容都已在库中。")
        en.append("Nothing new: the lake holds all of the file already.")
    return Text("\n".join(zh), "\n".join(en))
