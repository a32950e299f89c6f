"""What an assessment rests on (考核快照): each body's figures as plain JSON, and the marks that follow from it alone.

The scheme stands whole in the data, and the data's number is the SHA-256 of its canonical form, as a bulletin's. So the
marks of a published assessment can be computed again after pack and records have gone on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lantian.apps.assessment.snapshots import SnapshotError
from lantian.kernel.errors import Text
from lantian.policy.assessments import Term, term_named
from lantian.policy.records_assessment import AssessmentSchemeRecord
from lantian.workflow.scoring import Decided, Score, score
from lantian.workflow.scoring_rules import Figure, Lit, Measured, Placed

FORMAT = 1


@dataclass(frozen=True)
class Body:
    """Who is assessed, as it was called. code: of a street's area, or a department's."""

    code: str
    zh: str
    en: str

    @property
    def name(self) -> Text:
        """Its name."""
        return Text(self.zh, self.en)


@dataclass(frozen=True)
class Link:
    """A record behind a figure. kind: of record, key: how its page is found."""

    kind: str
    key: str
    label: str


@dataclass(frozen=True)
class Reading:
    """A figure as it was read. said: the figure in words; links: to records behind it, some of them."""

    figure: Figure | Decided | None
    said: Text
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Count:
    """How often something happened that adds or takes marks."""

    count: int
    said: Text
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Found:
    """A finding that a veto rests on. key: of its row; label: the case's number, "" where it was entered by hand."""

    key: int
    veto: str
    label: str
    happened: str
    confirmed: str
    reason: str


@dataclass(frozen=True)
class Inputs:
    """All that the marks of a term rest on; by body, then by indicator or extra. known_at: later is left out (UTC)."""

    scheme: AssessmentSchemeRecord
    pack: str
    term: Term
    known_at: datetime
    bodies: tuple[Body, ...]
    figures: Mapping[str, Mapping[str, Reading]]
    counts: Mapping[str, Mapping[str, Count]]
    findings: Mapping[str, tuple[Found, ...]]
    synthetic: bool = False
    marked: dict[str, Score] = field(default_factory=dict, compare=False)

    def scores(self) -> Mapping[str, Score]:
        """Return the score of each body, computed once."""
        if not self.marked:
            rules = self.scheme.scheme()
            self.marked.update({
                one.code: score(
                    rules,
                    {name: reading.figure for name, reading in self.figures.get(one.code, {}).items()},
                    {name: count.count for name, count in self.counts.get(one.code, {}).items()},
                    [found.veto for found in self.findings.get(one.code, ())],
                )
                for one in self.bodies
            })  # fmt: skip
        return self.marked

    def body(self, code: str) -> Body | None:
        """Return a body by code."""
        return next((one for one in self.bodies if one.code == code), None)


# --- as JSON


def written(inputs: Inputs) -> dict[str, Any]:
    """Return the inputs as JSON."""
    return {
        "format": FORMAT,
        "scheme": inputs.scheme.model_dump(mode="json", exclude_defaults=True),
        "pack": inputs.pack,
        "term": inputs.term.name,
        "known_at": inputs.known_at.isoformat(),
        "bodies": [[one.code, one.zh, one.en] for one in inputs.bodies],
        "figures": {
            code: {name: _reading(one) for name, one in readings.items()} for code, readings in inputs.figures.items()
        },
        "counts": {
            code: {name: [one.count, *_said(one.said, one.links)] for name, one in counts.items()}
            for code, counts in inputs.counts.items()
        },
        "findings": {
            code: [[one.key, one.veto, one.label, one.happened, one.confirmed, one.reason] for one in found]
            for code, found in inputs.findings.items() if found
        },
        "synthetic": inputs.synthetic,
    }  # fmt: skip


def _said(said: Text, links: Sequence[Link]) -> list[Any]:
    return [said.zh, said.en, [[one.kind, one.key, one.label] for one in links]]


def _reading(one: Reading) -> list[Any]:
    return [_figure(one.figure), *_said(one.said, one.links)]


def _figure(figure: Figure | Decided | None) -> dict[str, Any] | None:
    if isinstance(figure, Measured):
        return {"value": str(figure.value)}
    if isinstance(figure, Placed):
        return {"rank": figure.rank, "of": figure.of}
    if isinstance(figure, Lit):
        return {"lamps": {name: str(weight) for name, weight in figure.lamps.items()}}
    if isinstance(figure, Decided):
        return {"points": str(figure.points), "why": [figure.why.zh, figure.why.en]}
    return None


def read(data: Mapping[str, Any]) -> Inputs:
    """Read inputs from JSON; raises SnapshotError when they are of another format, or not whole."""
    try:
        return _whole(_read(data))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise SnapshotError(Text(f"不是考核快照：{error}", f"This is no assessment's snapshot: {error}")) from error


def _whole(inputs: Inputs) -> Inputs:
    """Return inputs in which every body has its figures and counts; raises ValueError for others."""
    figures, counts = {one.id for one in inputs.scheme.indicators}, {one.id for one in inputs.scheme.extras}
    for one in inputs.bodies:
        if figures - inputs.figures[one.code].keys() or counts - inputs.counts[one.code].keys():
            raise ValueError(one.code)
    return inputs


def _read(data: Mapping[str, Any]) -> Inputs:
    if data["format"] != FORMAT:
        raise ValueError(f"format {data['format']}")
    return Inputs(
        scheme=AssessmentSchemeRecord.model_validate(data["scheme"]),
        pack=data["pack"],
        term=term_named(data["term"]),
        known_at=datetime.fromisoformat(data["known_at"]),
        bodies=tuple(Body(*one) for one in data["bodies"]),
        figures={
            code: {name: Reading(_figure_of(one[0]), Text(one[1], one[2]), _links(one[3])) for name, one in row.items()}
            for code, row in data["figures"].items()
        },
        counts={
            code: {name: Count(one[0], Text(one[1], one[2]), _links(one[3])) for name, one in row.items()}
            for code, row in data["counts"].items()
        },
        findings={code: tuple(Found(*one) for one in rows) for code, rows in data["findings"].items()},
        synthetic=bool(data["synthetic"]),
    )


def _links(rows: Sequence[Sequence[str]]) -> tuple[Link, ...]:
    return tuple(Link(*one) for one in rows)


def _figure_of(data: Mapping[str, Any] | None) -> Figure | Decided | None:
    if data is None:
        return None
    if "value" in data:
        return Measured(Fraction(data["value"]))
    if "rank" in data:
        return Placed(data["rank"], data["of"])
    if "lamps" in data:
        return Lit({name: Decimal(weight) for name, weight in data["lamps"].items()})
    return Decided(Decimal(data["points"]), Text(*data["why"]))
