"""``lantian ranking``: a ranking of a period as a table, JSON or workbook, and files of results taken in (排名)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING
from lantian.kernel.periods import Period
from lantian.project.cli import language
from lantian.project.commands.output import write_output
from lantian.project.start import use_environment

if TYPE_CHECKING:
    from lantian.policy.records_ranking import Intervals

DATA_DIR = click.option(
    "--data-dir", type=click.Path(file_okay=False), help="where everything is kept [LANTIAN_DATA_DIR, ./var]"
)


def _open(data_dir: str | None) -> None:
    use_environment(data_dir=data_dir)
    from lantian.project.commands.records import open_records  # noqa: PLC0415 - settings read the environment above

    open_records()


@click.group()
def command() -> None:
    """Rank streets and bodies by a month, quarter or year, and take files of results in."""


@command.command()
@DATA_DIR
@click.argument("name")
@click.argument("period")
@click.option("--known", help="leave out what was recorded later, such as 2026-11-05T09:00, Beijing time [now]")
@click.option("--json", "as_json", is_flag=True, help="print the whole table as one JSON document")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="FILE.xlsx to write")
@click.option("--intervals", type=click.Choice(["blocks", "widened"]), help="how rank intervals are made [the pack's]")
def show(
    *,
    data_dir: str | None,
    name: str,
    period: str,
    known: str | None,
    as_json: bool,
    output: Path | None,
    intervals: "Intervals | None",
) -> None:
    """Print the ranking NAME, such as pm25 or road-dust-street, of PERIOD, such as 2026-10, 2026-Q3 or 2026."""
    _open(data_dir)
    from lantian.apps.assessment.ranking_books import ranking_workbook  # noqa: PLC0415 - after Django is set up
    from lantian.apps.assessment.ranking_rules import ranking_named  # noqa: PLC0415 - after Django is set up
    from lantian.apps.assessment.ranking_words import unit_words  # noqa: PLC0415 - after Django is set up
    from lantian.apps.assessment.rankings import written  # noqa: PLC0415 - after Django is set up
    from lantian.apps.assessment.services.rankings import ranking_of  # noqa: PLC0415 - after Django is set up

    now = datetime.now(UTC)
    asked = Period.read(period)
    record = ranking_named(name, asked)
    if intervals:
        record = record.with_intervals(intervals)
    table = ranking_of(record, asked, _instant(known) if known else now)
    if output is not None:
        write_output(output, ranking_workbook(table, language()))
    if as_json:
        click.echo(json.dumps(written(table), ensure_ascii=False, indent=1))
        return
    if now < asked.end:
        said = Text(f"{asked} 尚未结束，名次还会变。", f"{asked} is not over; ranks may still change.")
        click.echo(said.in_language(language()), err=True)
    unit = unit_words(table.unit)
    head = Text(f"名次\t档\t名次区间\t{unit.zh}\t名称\t说明", f"rank\tband\tinterval\t{unit.en}\tname\tremark")
    click.echo(head.in_language(language()), err=True)
    for one in table.places:
        reach = f"{one.low:.0f}–{one.high:.0f}" if one.low is not None and one.high is not None else ""
        told = one.note.in_language(language())
        shown = (one.rank or "—", one.band or "", reach, one.value or "—", one.name.in_language(language()), told)
        click.echo("\t".join(str(part) for part in shown))


def _instant(text: str) -> datetime:
    """Read an instant; one without a zone is Beijing's."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        said = Text(
            f"“{text}”不是时刻，应写作 2026-11-05T09:00。", f"{text} is no instant; write it as 2026-11-05T09:00."
        )
        raise click.BadParameter(said.in_language(language()), param_hint="--known") from error
    return (found if found.tzinfo else found.replace(tzinfo=BEIJING)).astimezone(UTC)


@command.command(name="import")
@DATA_DIR
@click.argument("layout", type=click.Choice(["road-dust", "city-tsp"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(*, data_dir: str | None, layout: str, file: Path) -> None:
    """Take the FILE of results (CSV or XLSX) in; what cannot be read is named with its line."""
    _open(data_dir)
    from lantian.apps.assessment.services.results import import_results  # noqa: PLC0415 - after Django is set up

    batch = import_results(layout, file.name, file.read_bytes(), by=None, at=datetime.now(UTC))
    told = {"rows": batch.rows, "problems": batch.problems, "unknown": batch.unknown}
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))
