"""Rows of the pages of assessments: bodies with marks, the bar of weights, links to records behind a figure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch, reverse

from lantian.apps.assessment.marking import Inputs, Link
from lantian.apps.assessment.models import BodyResult, Mark
from lantian.apps.assessment.services.schemes.changes import names_in
from lantian.apps.assessment.services.schemes.reach import is_own, may_see
from lantian.apps.assessment.services.schemes.results import Came
from lantian.kernel.errors import Text
from lantian.policy.assessments import MISSING, READERS, extra_words, rule_words, veto_words
from lantian.policy.records_assessment import AssessmentSchemeRecord, CitedModel
from lantian.workflow.scoring_rules import plain

HEATS = 5
PARTS = 6
"""Shades of the bar of weights."""
PAGES: Mapping[str, str] = {
    "case": "cases:one", "plan": "inspections:plan", "task": "plans:task", "entry": "assessment:scheme-entry",
    "ranking": "assessment:ranking", "problem": "assessment:problem",
}  # fmt: skip
"""Where the records behind a figure are shown, by their kind."""


@dataclass(frozen=True)
class Part:
    """An indicator as a part of the bar of weights, and as a row of the scheme's table."""

    name: Text
    weight: str
    share: float
    shade: int
    rule: Text
    missing: Text
    reader: Text
    cited: Text
    doubtful: bool
    note: Text


@dataclass(frozen=True)
class Other:
    """A bonus, deduction or veto as a row."""

    name: Text
    rule: Text
    reader: Text
    cited: Text
    doubtful: bool
    note: Text


@dataclass(frozen=True)
class Cell:
    """A mark in the table of bodies. heat: 0 to 5 by its share of the most; none where nothing can be marked."""

    points: str
    heat: int | None
    state: str
    said: Text


@dataclass(frozen=True)
class Row:
    """A body in the table."""

    result: BodyResult
    name: Text
    total: str
    grade: Text
    by_score: Text
    cells: Sequence[Cell]
    own: bool
    stamp: Text | None


@dataclass(frozen=True)
class Shown:
    """A link to a record behind a figure; url: "" where it has no page."""

    label: str
    url: str


def parts_of(record: AssessmentSchemeRecord) -> list[Part]:
    """Return the indicators of a scheme."""
    full = record.scheme().full
    return [
        Part(
            Text(one.zh, one.en), plain(one.weight), float(100 * one.weight / full), number % PARTS + 1,
            rule_words(one), MISSING[one.missing], READERS[one.reader], one.cited(record), one.confidence != "A",
            note_of(one),
        )
        for number, one in enumerate(record.indicators)
    ]  # fmt: skip


def extras_of(record: AssessmentSchemeRecord) -> list[Other]:
    """Return bonus and deductions of a scheme."""
    return [
        Other(Text(one.zh, one.en), extra_words(one), READERS[one.reader], one.cited(record), one.confidence != "A",
              note_of(one))
        for one in record.extras
    ]  # fmt: skip


def vetoes_of(record: AssessmentSchemeRecord) -> list[Other]:
    """Return the vetoes of a scheme."""
    by_case, by_hand = Text("案件认定", "found by a case"), READERS["entered"]
    return [
        Other(Text(one.zh, one.en), veto_words(record, one), by_case if one.by_case else by_hand, one.cited(record),
              one.confidence != "A", note_of(one))
        for one in record.vetoes
    ]  # fmt: skip


def note_of(one: CitedModel) -> Text:
    """Return the note of a part of a scheme."""
    return Text(one.note_zh or "", one.note_en or one.note_zh or "")


def rows_of(came: Iterable[Came], inputs: Inputs, person: Any, *, published: bool) -> list[Row]:
    """Return the bodies that somebody may see, by rank, those without one last."""
    seen = [one for one in came if may_see(person, inputs.scheme, one.result.body, published=published)]
    ordered = sorted(seen, key=lambda one: (one.result.rank is None, one.result.rank or 0, one.result.order))
    return [row_of(one, inputs, person) for one in ordered]


def row_of(came: Came, inputs: Inputs, person: Any) -> Row:
    """Return a body's row."""
    result, marks = came.result, {one.item: one for one in came.marks}
    return Row(
        result,
        Text(result.name_zh, result.name_en),
        _fixed(result.total, inputs.scheme.decimals) if result.total is not None else "—",
        name_of_grade(inputs.scheme, result.grade),
        name_of_grade(inputs.scheme, result.by_score),
        [_cell(marks[item], inputs.scheme.decimals) for item in names_in(inputs)],
        is_own(person, result.body),
        stamp_of(result),
    )


def stamp_of(result: BodyResult) -> Text | None:
    """Return what is stamped on a result."""
    if result.failed:
        return Text("一票否决", "failed by veto")
    return Text("等次受限", "grade limited") if result.vetoes else None


def name_of_grade(record: AssessmentSchemeRecord, name: str) -> Text:
    """Return a grade by name, — for none."""
    return Text(record.grade(name).zh, record.grade(name).en) if name else Text("—", "—")


def heads_of(inputs: Inputs) -> list[Text]:
    """Return the names of indicators and extras, without what stands in brackets or after a colon."""
    return [Text(one.zh.partition("（")[0], one.en.partition(":")[0]) for one in names_in(inputs).values()]


def _fixed(points: Decimal, decimals: int) -> str:
    """Write marks with all their decimals, so that they stand under each other."""
    return f"{points:.{decimals}f}".replace("-", "−")


def _cell(mark: Mark, decimals: int) -> Cell:
    said = Text(f"{mark.figure_zh}；{mark.formula_zh}", f"{mark.figure_en}; {mark.formula_en}")
    if mark.kind == "extra":
        points = plain(mark.points) if mark.points else "0"
        return Cell(points if mark.points <= 0 else f"+{points}", None, "extra", said)
    if mark.state == "spread":
        return Cell("—", None, mark.state, said)
    share = mark.points / mark.most if mark.most else Decimal(0)
    return Cell(_fixed(mark.points, decimals), min(HEATS, int(share * HEATS)), mark.state, said)


def shown(links: Iterable[Link]) -> list[Shown]:
    """Return links with their addresses."""
    return [Shown(one.label, _address(one)) for one in links]


def _address(link: Link) -> str:
    if link.kind == "assessment":
        return reverse("assessment:scheme-term", args=link.key.split("/"))
    try:
        return reverse(PAGES[link.kind], args=link.key.split("/"))
    except (KeyError, NoReverseMatch):
        return ""
