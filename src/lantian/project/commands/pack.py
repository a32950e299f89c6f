"""``lantian pack``: check a policy pack, and show what is in one (政策包检查与查看)."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from lantian.kernel.errors import Text
from lantian.policy.check import check_pack
from lantian.policy.describe import confidence, describe, is_unconfirmed, validity
from lantian.policy.labels import table_label
from lantian.policy.pack import Pack
from lantian.policy.problems import PackError, Problem, Where, one_of
from lantian.policy.reader import load_pack
from lantian.policy.records import RECORD_TYPES, Record
from lantian.project.cli import language
from lantian.project.config import DEFAULT_PACK


@click.group(help="Check and show policy packs (政策包).")
def command() -> None:
    """Group of the pack commands."""


@command.command("check")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the problems as one JSON document.")
@click.pass_context
def check(context: click.Context, path: Path, *, as_json: bool) -> None:
    """Check the pack in the folder PATH and the packs it extends; exit code 1 when there are problems."""
    problems = check_pack(path)
    if as_json:
        click.echo(json.dumps([problem.as_json() for problem in problems], ensure_ascii=False, indent=2))
    for problem in () if as_json else problems:
        click.echo(problem.text.in_language(language()), err=True)
    click.echo(_summary(path, problems).in_language(language()), err=as_json or bool(problems))
    context.exit(1 if problems else 0)


@command.command("show")
@click.argument("name", required=False, envvar="LANTIAN_PACK", default=DEFAULT_PACK)
@click.option("--json", "as_json", is_flag=True, help="Print the records as one JSON document.")
@click.option("--table", help="Show this table only, such as limit.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Show what is in force on a day.")
@click.option("--unconfirmed", is_flag=True, help="Show only records that still have to be confirmed.")
def show(name: str, **chosen: Any) -> None:
    """Show the records of the pack NAME (an id or a folder) with their sources and dates."""
    pack = load_pack(name)
    records = _chosen(pack, chosen["table"], chosen["day"])
    if chosen["unconfirmed"]:
        records = [record for record in records if is_unconfirmed(record)]
    if chosen["as_json"]:
        click.echo(json.dumps(_document(pack, records), ensure_ascii=False, indent=2))
    else:
        _print(pack, records)


def _chosen(pack: Pack, table: str | None, moment: datetime | None) -> list[Record]:
    if table and table not in RECORD_TYPES:
        what = Text("没有这种表", "there is no such table")
        raise PackError(
            [Problem("unknown-table", Where(pack.id, table=table), what, table, one_of(table, RECORD_TYPES))]
        )
    tables = (table,) if table else pack.tables
    return [record for each in tables for record in _of_table(pack, each, moment.date() if moment else None)]


def _of_table(pack: Pack, table: str, day: date | None) -> tuple[Record, ...]:
    return pack.all(RECORD_TYPES[table]) if day is None else pack.on(RECORD_TYPES[table], day)


def _document(pack: Pack, records: list[Record]) -> dict[str, object]:
    layers = [{"id": layer.id, "zh": layer.header.zh, "en": layer.header.en} for layer in pack.layers if layer.header]
    return {"id": pack.id, "zh": pack.zh, "en": pack.en, "layers": layers, "records": [_json(each) for each in records]}


def _json(record: Record) -> dict[str, object]:
    origin = vars(record.origin) if record.origin else {}
    body = record.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {"table": record.table, **body, "citation": vars(record.citation), "origin": origin}


def _print(pack: Pack, records: list[Record]) -> None:
    tongue = language()
    layers = " > ".join(layer.id for layer in pack.layers)
    click.echo(f"{Text(pack.zh, pack.en).in_language(tongue)} ({layers})")
    for table in dict.fromkeys(record.table for record in records):
        click.echo(f"\n{table_label(table).in_language(tongue)} [[{table}]]")
        for record in records:
            if record.table == table:
                click.echo(_line(record, tongue))


def _line(record: Record, tongue: str) -> str:
    head = f"  {record.id}  {Text(record.zh, record.en).in_language(tongue)}"
    facts = [
        f"{row.label.in_language(tongue)} {row.value.in_language(tongue)} {row.unit}".rstrip()
        for row in describe(record)
    ]
    mark = f" [{confidence(record).in_language(tongue)}]" if is_unconfirmed(record) else ""
    foot = f"{record.citation.in_language(tongue)} · {validity(record).in_language(tongue)}{mark}"
    return "\n".join([head, *([f"      {'; '.join(facts)}"] if facts else []), f"      {foot}"])


def _summary(path: Path, problems: list[Problem]) -> Text:
    if problems:
        return Text(f"{path.name}：发现 {len(problems)} 处错误", f"{path.name}: {len(problems)} problem(s) found")
    return Text(f"{path.name}：没有错误", f"{path.name}: no problems")
