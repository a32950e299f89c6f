"""``lantian bulletin``: set a bulletin in official form, and compute one again from its snapshot (通报)."""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lantian.kernel.errors import LantianError, Text
from lantian.kernel.periods import Period, PeriodError, Span
from lantian.project.cli import language
from lantian.project.commands.output import write_output
from lantian.project.commands.snapshots import snapshot_data
from lantian.project.start import use_environment

if TYPE_CHECKING:
    from types import ModuleType

    from lantian.analysis.league import Standing

Command = TypeVar("Command", bound=Callable[..., Any])
SUFFIXES = (".docx", ".pdf")
DATA_DIR = click.option(
    "--data-dir", type=click.Path(file_okay=False), help="where everything is kept [LANTIAN_DATA_DIR, ./var]"
)


OUTPUT = click.option(
    "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="FILE.docx or FILE.pdf"
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="print what was written as one JSON document")


SPANS: Mapping[Span, tuple[Text, str]] = {
    "week": (Text("周", "week"), "2026-W47"),
    "month": (Text("月", "month"), "2026-11"),
    "quarter": (Text("季度", "quarter"), "2026-Q4"),
    "year": (Text("年", "year"), "2026"),
}
"""What each span is called, and how a period of it is written."""


def _such_as(example: str) -> Callable[[Command], Command]:
    return click.option("--period", required=True, help=f"such as {example}")


class NotOver(LantianError):
    """The period still runs."""

    def __init__(self, period: Period) -> None:
        super().__init__(Text(f"{period} 尚未结束，没有通报。", f"{period} is not over; it has no bulletin yet."))


@click.group()
def command() -> None:
    """Set bulletins in official form, and compute them again."""


@command.command()
@DATA_DIR
@_such_as("2026-W47")
@OUTPUT
@AS_JSON
def weekly(*, data_dir: str | None, period: str, output: Path, as_json: bool) -> None:
    """Write the weekly bulletin: the signed one where there is one, else a draft of what is known now."""
    _write("week", data_dir, period, output, as_json=as_json)


@command.command()
@DATA_DIR
@_such_as("2019-06")
@OUTPUT
@AS_JSON
def monthly(*, data_dir: str | None, period: str, output: Path, as_json: bool) -> None:
    """Write the monthly bulletin: air, rankings, checks and tasks of a month."""
    _write("month", data_dir, period, output, as_json=as_json)


@command.command()
@DATA_DIR
@_such_as("2019-Q2")
@OUTPUT
@AS_JSON
def quarterly(*, data_dir: str | None, period: str, output: Path, as_json: bool) -> None:
    """Write the quarterly bulletin: the same with lamps by department and what lags."""
    _write("quarter", data_dir, period, output, as_json=as_json)


@command.command()
@DATA_DIR
@_such_as("2019")
@OUTPUT
@AS_JSON
def yearly(*, data_dir: str | None, period: str, output: Path, as_json: bool) -> None:
    """Write the yearly bulletin: the evaluation of a year by HJ 663 and its rankings."""
    _write("year", data_dir, period, output, as_json=as_json)


@command.command()
@DATA_DIR
@click.argument("snapshot")
@click.option("--json", "as_json", is_flag=True, help="print the figures as one JSON document")
def compute(*, data_dir: str | None, snapshot: str, as_json: bool) -> None:
    """Compute the figures of a SNAPSHOT again: from an exported file alone, or by the number that a paper prints."""
    from lantian.apps.assessment.snapshots import number_of, read  # noqa: PLC0415 - needs no server
    from lantian.policy.bulletins import rate_text  # noqa: PLC0415 - packs are read where they are needed

    data = snapshot_data(snapshot, lambda number: _open(data_dir).data_named(number))
    if data.get("format") == REPORT_FORMAT:
        _told_again(data, as_json=as_json)
        return
    found = read(data)
    names = {one.code: Text(one.zh, one.en) for one in found.places}
    standings = found.league().by_checks()
    if as_json:
        rows = [_row(one, names[one.place]) for one in standings]
        document = {"snapshot": number_of(data), "period": found.period, "known_at": data["known_at"], "places": rows}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    click.echo(f"{number_of(data)} {found.period} {data['known_at']}")
    head = Text(
        "检查量名次 查处率名次 街乡 检查 违法 查处率（%）",
        "rank-by-checks rank-by-rate street checks violations rate-%",
    )
    click.echo(head.in_language(language()), err=True)
    for one in standings:
        name = names[one.place].in_language(language())
        told = (one.checks_rank or "—", one.rate_rank or "—", name, one.checks, one.violations, rate_text(one))
        click.echo(" ".join(str(part) for part in told))


REPORT_FORMAT = 2
"""Of snapshots of a month, quarter or year."""


def _told_again(data: dict[str, Any], *, as_json: bool) -> None:
    """Print the figures of a month, quarter or year, computed from its facts by the pack that the snapshot names."""
    from lantian.apps.assessment.reports.build import figures_of  # noqa: PLC0415 - needs no server
    from lantian.apps.assessment.snapshots import number_of  # noqa: PLC0415 - needs no server
    from lantian.policy.reader import load_pack  # noqa: PLC0415 - needs no server

    figures = {key: one for key, one in figures_of(data, load_pack(data["pack"])).items() if one.text}
    if as_json:
        rows = {key: {"value": one.text, "unit": one.unit, "how": one.how.en} for key, one in figures.items()}
        document = {
            "snapshot": number_of(data),
            "period": data["period"],
            "known_at": data["known_at"],
            "figures": rows,
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    click.echo(f"{number_of(data)} {data['period']} {data['known_at']}")
    for key, one in figures.items():
        click.echo(f"{key} {one.text} {one.unit} {one.label.in_language(language())}")


def _row(one: "Standing", name: Text) -> dict[str, Any]:
    rate = None if one.rate is None else f"{one.rate.numerator}/{one.rate.denominator}"
    return {
        "place": one.place,
        "name": name.in_language(language()),
        "checks": one.checks,
        "violations": one.violations,
        "rate": rate,
        "checks_rank": one.checks_rank,
        "rate_rank": one.rate_rank,
        "state": one.state,
    }


@command.command()
@DATA_DIR
@click.option("--period", required=True, help="such as 2026-W47")
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
def verify(*, data_dir: str | None, period: str, as_json: bool) -> None:
    """Set the signed bulletins of a period again from their snapshots: exit 1 where a snapshot or file differs."""
    asked = _period(period)
    again = _open(data_dir)
    problems: list[Text] = again.problems_of(asked)
    signed: int = again.signed_in(asked)
    if as_json:
        click.echo(json.dumps({"ok": not problems, "problems": [one.en for one in problems]}, ensure_ascii=False))
    else:
        good = [Text("快照与签发文件一致。", "Snapshots and signed files agree.")]
        if not signed:
            good = [Text(f"{asked} 没有已签发的通报。", f"{asked} has no signed bulletin.")]
        for one in problems or good:
            click.echo(one.in_language(language()), err=bool(problems))
    sys.exit(1 if problems else 0)


def _write(span: Span, data_dir: str | None, text: str, output: Path, *, as_json: bool) -> None:
    if output.suffix.lower() not in SUFFIXES:
        said = Text(f"“{output.name}”须以 .docx 或 .pdf 结尾。", f"{output.name} has to end in .docx or .pdf.")
        raise click.BadParameter(said.in_language(language()), param_hint="--output")
    period, now = _period(text), datetime.now(UTC)
    if period.span != span:
        name, example = SPANS[span]
        said = Text(f"“{text}”不是{name.zh}，应写作 {example}。", f"{text} is no {name.en}; write {example}.")
        raise click.BadParameter(said.in_language(language()), param_hint="--period")
    if now < period.end:
        raise NotOver(period)
    made: Any = _open(data_dir).set_bulletin(period, output.suffix.lower().removeprefix("."), now)
    write_output(output, made.content)
    if as_json:
        click.echo(json.dumps({**made.facts, "output": str(output)}, ensure_ascii=False, indent=2))
    else:
        click.echo(made.said.in_language(language()))
    for warning in made.warnings:
        click.echo(warning.in_language(language()), err=True)
    sys.exit(1 if made.problems else 0)


def _period(text: str) -> Period:
    try:
        return Period.read(text)
    except PeriodError as error:
        raise click.BadParameter(error.text.in_language(language()), param_hint="--period") from error


def _open(data_dir: str | None) -> "ModuleType":
    use_environment(data_dir=data_dir)
    from lantian.project.commands.records import open_records  # noqa: PLC0415 - computing needs no Django

    open_records()
    from lantian.apps.assessment.services import printing  # noqa: PLC0415 - needs Django

    return printing
