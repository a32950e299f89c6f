"""``lantian plan``: read the official text of an action plan (政策文本导入)."""

import json
import re
from pathlib import Path

import click

from lantian.kernel.errors import LantianError, Text
from lantian.policy.plantext import Plan, import_plan, read_plan
from lantian.policy.plantext.diff import as_json as as_json_document
from lantian.policy.plantext.diff import diff, side_of, told
from lantian.policy.plantext.document import as_document, summary
from lantian.policy.plantext.records import MARK, pack_files
from lantian.project.cli import language
from lantian.project.commands.output import write_output


@click.group(help="Read the official text of a plan (政策文本).")
def command() -> None:
    """Group of the plan commands."""


@command.command("import")
@click.argument("text", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), help="Write draft pack records to this folder."
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan as one JSON document.")
def import_text(text: Path, output: Path | None, *, as_json: bool) -> None:
    """Read the plan in TEXT (TXT, DOCX, HTML, PDF) into articles, tasks, departments, deadlines and quantities."""
    plan = import_plan(read_plan(text.read_bytes(), text.name))
    if output is not None:
        _write(plan, output)
    if as_json:
        click.echo(json.dumps(as_document(plan), ensure_ascii=False, indent=2))
    elif output is None:
        for line in summary(plan):
            click.echo(line.in_language(language()))


@command.command("diff")
@click.argument("old", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("new", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the changes as one JSON document.")
def compare(old: Path, new: Path, *, as_json: bool) -> None:
    """Compare two versions of a plan, OLD and NEW: articles, and tasks added, removed or changed."""
    found = diff(*(side_of(import_plan(read_plan(file.read_bytes(), file.name))) for file in (old, new)))
    if as_json:
        click.echo(json.dumps(as_json_document(found), ensure_ascii=False, indent=2))
        return
    for line in told(found):
        click.echo(line.in_language(language()))


def _write(plan: Plan, folder: Path) -> None:
    """Write the draft; a pack.toml that is there stays, and a file that is no draft of ours is not replaced."""
    files = pack_files(plan, _pack_id(folder))
    kept = [name for name in files if (folder / name).exists() and not _is_draft(folder / name)]
    kept = [name for name in kept if name != "pack.toml"]
    if kept:
        names = ", ".join(kept)
        raise LantianError(
            Text(
                f"{folder} 中已有 {names}，不是导入的草稿，未改动",
                f"{folder} holds {names}, which is no imported draft: nothing was written",
            )
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LantianError(
            Text(f"写不进 {folder}：{error.strerror}", f"cannot write to {folder}: {error.strerror}")
        ) from error
    for name, content in files.items():
        if name != "pack.toml" or not (folder / name).exists() or _is_draft(folder / name):
            write_output(folder / name, content.encode())
    click.echo(
        Text(f"已写入 {folder}：{'、'.join(files)}", f"written to {folder}: {', '.join(files)}").in_language(
            language()
        ),
        err=True,
    )
    if folder.resolve().name != _pack_id(folder):
        said = Text(
            f"政策包的文件夹名须与 id 相同，使用前请改名为 {_pack_id(folder)}",
            f"a pack's folder is named as its id: rename it to {_pack_id(folder)} before use",
        )
        click.echo(said.in_language(language()), err=True)


def _is_draft(file: Path) -> bool:
    with file.open(encoding="utf-8", errors="replace") as lines:
        return lines.readline().rstrip("\n") == MARK


def _pack_id(folder: Path) -> str:
    """Return the folder's name as a pack's id, which it must be."""
    name = re.sub(r"[^a-z0-9._-]+", "-", folder.resolve().name.lower()).strip("-._")
    return name or "imported-plan"
