"""``lantian assessment``: show an assessment, verify published ones, compute one again from its snapshot (考核)."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click

from lantian.kernel.errors import LantianError, Text
from lantian.project.cli import language
from lantian.project.commands.snapshots import snapshot_data
from lantian.project.start import use_environment

DATA_DIR = click.option(
    "--data-dir", type=click.Path(file_okay=False), help="where everything is kept [LANTIAN_DATA_DIR, ./var]"
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="print one JSON document")
BODY = click.option("--body", help="only this body, by code or name, with every mark explained")
TERM = click.option("--term", required=True, help="such as 2026 or 2018-2020")


@click.group()
def command() -> None:
    """Show yearly and final assessments, and verify or compute them again from their snapshots."""


@command.command()
@DATA_DIR
@click.option("--scheme", required=True, help="id in the pack, such as yearly-streets")
@TERM
@click.option("--version", type=click.IntRange(1), help="of the term [the last published, else the draft]")
@BODY
@AS_JSON
def show(*, data_dir: str | None, scheme: str, term: str, version: int | None, body: str | None, as_json: bool) -> None:
    """Print an assessment: each body with rank, total and grade."""
    term = _term(term)
    _open(data_dir)
    from lantian.apps.assessment.services.schemes import checking  # noqa: PLC0415 - needs Django

    _printed(_only(checking.facts_of(checking.version_of(scheme, term, version)), body), as_json=as_json)


@command.command()
@DATA_DIR
@TERM
@click.option("--scheme", default="", help="id in the pack [all]")
@AS_JSON
def verify(*, data_dir: str | None, term: str, scheme: str, as_json: bool) -> None:
    """Check what was published: exit 1 where it differs.

    Snapshots by their numbers, results and marks computed again, files by their hashes and set again, findings since.
    """
    term = _term(term)
    _open(data_dir)
    from lantian.apps.assessment.services.schemes import checking  # noqa: PLC0415 - needs Django

    found = checking.published_of(term, scheme)
    problems = checking.problems_of(found, datetime.now(UTC))
    if as_json:
        document = {
            "ok": not problems, "checked": [one.number for one in found], "problems": [one.en for one in problems],
        }  # fmt: skip
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        good = [Text(f"{one.number}：一致。", f"{one.number}: agrees.") for one in found]
        for one in problems or good:
            click.echo(one.in_language(language()), err=bool(problems))
    sys.exit(1 if problems else 0)


@command.command()
@click.argument("snapshot")
@DATA_DIR
@BODY
@AS_JSON
def compute(*, snapshot: str, data_dir: str | None, body: str | None, as_json: bool) -> None:
    """Compute the marks of a SNAPSHOT: from an exported file alone, or by the number that a paper prints."""
    from lantian.apps.assessment.marking import read  # noqa: PLC0415 - only where it is computed
    from lantian.apps.assessment.services.schemes.facts import facts_in  # noqa: PLC0415 - only where it is computed
    from lantian.apps.assessment.snapshots import number_of  # noqa: PLC0415 - only where it is computed

    data = _data(snapshot, data_dir)
    facts = facts_in(read(data)) | {"snapshot": number_of(data), "number": None}
    _printed(_only(facts, body), as_json=as_json)


def _data(given: str, data_dir: str | None) -> Mapping[str, Any]:
    def stored(number: str) -> Mapping[str, Any]:
        _open(data_dir)
        from lantian.apps.assessment.services.schemes.checking import data_named  # noqa: PLC0415 - needs Django

        return data_named(number)

    return snapshot_data(given, stored)


def _only(facts: dict[str, Any], body: str | None) -> dict[str, Any]:
    if body is None:
        return facts
    found = [one for one in facts["bodies"] if body in (one["code"], one["zh"], one["en"])]
    if not found:
        raise LantianError(Text(f"“{body}”不在此考核。", f"{body!r} is not assessed here."))
    return {**facts, "bodies": found, "explained": True}


def _printed(facts: dict[str, Any], *, as_json: bool) -> None:
    explained = facts.pop("explained", False)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    key = "en" if language().startswith("en") else "zh"
    veto = Text("一票否决", "failed by veto").in_language(language())
    click.echo("\t".join([facts["number"] or "—", facts["scheme"], facts["term"], facts["snapshot"]]))
    for one in facts["bodies"]:
        row = [str(one["rank"] or "—"), one[key], one["total"] or "—", one[f"grade_{key}"]]
        click.echo("\t".join([*row, veto] if one["failed"] else row))
        if explained:
            for mark in one["marks"]:
                parts = (mark[key], mark["points"], mark[f"figure_{key}"], mark[f"formula_{key}"])
                click.echo("\t".join(["", *parts]))


def _term(text: str) -> str:
    from lantian.policy.assessments import term_named  # noqa: PLC0415 - only where records are read

    try:
        return term_named(text).name
    except LantianError as error:
        raise click.BadParameter(error.text.in_language(language()), param_hint="--term") from error


def _open(data_dir: str | None) -> None:
    use_environment(data_dir=data_dir)
    from lantian.project.commands.records import open_records  # noqa: PLC0415 - settings read the environment above

    open_records()
