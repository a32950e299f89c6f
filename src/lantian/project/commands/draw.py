"""``lantian draw``: run a random draw from a file and a seed, or verify a record; needs no server and no database."""

import csv
import hashlib
import io
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from lantian.kernel.errors import Text
from lantian.project.cli import language
from lantian.workflow.draws import METHOD, DrawError, Rule, Subject, draw, list_hash
from lantian.workflow.draws import record as record_of

ONE_BAND = "all"


@dataclass(frozen=True)
class Frozen:
    """What is frozen before a draw."""

    subjects: tuple[Subject, ...]
    rule: Rule


@click.group()
def command() -> None:
    """Draw at random so that anybody can draw again."""


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", required=True, help="the seed in hexadecimal, at least 8 bytes")
@click.option("--take", type=click.IntRange(min=1), help="how many are drawn; needed where FILE does not say")
@click.option("--json", "_json", is_flag=True, help="print the record as one JSON document (this is always so)")
def run(*, file: Path, seed: str, take: int | None, _json: bool) -> None:
    """Draw from FILE and print the record.

    FILE is JSON ({"rule": {"take", "weights": {band: number}, "least": {band: n}, "version"}, "subjects": [{"id",
    "band"}]}) or CSV with a column id and, if bands weigh differently, band and weight.
    """
    frozen = _read(file, take)
    found = record_of(frozen.subjects, frozen.rule, _seed(seed))
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


@command.command()
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
def verify(*, record: Path, as_json: bool) -> None:
    """Draw RECORD again: exit 0 where list, hash and result agree, 1 with what does not."""
    found = _json_of(record)
    problems = _problems(found)
    if as_json:
        click.echo(json.dumps({"valid": not problems, "problems": [one.en for one in problems]}, ensure_ascii=False))
    elif problems:
        for problem in problems:
            click.echo(problem.in_language(language()), err=True)
    else:
        count = len(found["drawn"])
        text = Text(
            f"复核一致：抽取 {count} 个，名单散列 {found['list_hash']}",
            f"Verified: {count} drawn, list {found['list_hash']}",
        )
        click.echo(text.in_language(language()))
    sys.exit(1 if problems else 0)


def _problems(found: Mapping[str, Any]) -> list[Text]:
    frozen = _frozen(found)
    problems: list[Text] = []
    if found.get("method") != METHOD:
        problems.append(
            Text(f"方法是 {found.get('method')}，应为 {METHOD}", f"method {found.get('method')}, not {METHOD}")
        )
    expected = list_hash(frozen.subjects, frozen.rule)
    if found.get("list_hash") != expected:
        problems.append(
            Text(f"名单散列应为 {expected}，记录为 {found.get('list_hash')}",
                 f"the list hash should be {expected}, the record says {found.get('list_hash')}")
        )  # fmt: skip
    drawn = draw(frozen.subjects, frozen.rule, _seed(str(found.get("seed", ""))))
    if list(drawn.ids) != found.get("drawn"):
        problems.append(
            Text(f"应抽取 {', '.join(drawn.ids)}，记录为 {found.get('drawn')}",
                 f"drawn should be {', '.join(drawn.ids)}, the record says {found.get('drawn')}")
        )  # fmt: skip
    return problems


def _seed(text: str) -> bytes:
    try:
        seed = bytes.fromhex(text)
    except ValueError:
        seed = b""
    if len(seed) < 8:
        raise DrawError(
            Text(
                f"种子“{text}”应为至少 8 字节的十六进制。",
                f"The seed {text!r} must be at least 8 bytes in hexadecimal.",
            )
        )
    return seed


def _read(file: Path, take: int | None) -> Frozen:
    if file.suffix.lower() == ".csv":
        return _from_csv(file, take)
    found = _json_of(file)
    if take is not None:
        found = {**found, "rule": {**(found.get("rule") or {}), "take": take}}
    return _frozen(found)


def _json_of(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, UnicodeDecodeError) as error:
        raise DrawError(Text(f"{file.name} 不是 JSON：{error}", f"{file.name} is no JSON: {error}")) from error
    return found if isinstance(found, dict) else {"subjects": found}


def _frozen(found: Mapping[str, Any]) -> Frozen:
    """Read list and rule; a subject may be a bare id."""
    try:
        listed = found["subjects"]
        subjects = tuple(
            Subject(str(one["id"]), str(one.get("band", ONE_BAND)))
            if isinstance(one, dict)
            else Subject(str(one), ONE_BAND)
            for one in listed
        )
        rule = found.get("rule") or {}
        weights = {str(band): Fraction(str(weight)) for band, weight in (rule.get("weights") or {ONE_BAND: 1}).items()}
        least = {str(band): int(count) for band, count in (rule.get("least") or {}).items()}
        return Frozen(subjects, Rule(weights, int(rule["take"]), least, str(rule.get("version", "1"))))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DrawError(
            Text(
                f"缺少或写错：{error}；须有 subjects 和 rule.take。",
                f"Missing or wrong: {error}; subjects and rule.take are needed.",
            )
        ) from error


def _from_csv(file: Path, take: int | None) -> Frozen:
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    if not rows or "id" not in rows[0] or take is None:
        raise DrawError(
            Text("CSV 须有 id 列，并用 --take 写明抽取数。", "A CSV file needs a column id, and --take says how many.")
        )
    weights: dict[str, str] = {}
    subjects = []
    for row in rows:
        weight = (row.get("weight") or "1").strip()
        band = (row.get("band") or "").strip() or (ONE_BAND if weight == "1" else f"w{weight}")
        if weights.setdefault(band, weight) != weight:
            raise DrawError(Text(f"档“{band}”有两种权重。", f"The band {band!r} has two weights."))
        subjects.append(Subject(row["id"].strip(), band))
    version = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    return Frozen(
        tuple(subjects), Rule({band: Fraction(weight) for band, weight in weights.items()}, take, {}, version)
    )
