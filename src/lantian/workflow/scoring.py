"""Marks of an assessment (考核评分): indicators with weights, bonus and deductions, vetoes and grades.

Figures are exact fractions. A mark is rounded once, at its end, by GB/T 8170 (half to even) to the scheme's decimals;
the total is the sum of the marks as awarded, so that anyone can add up the table. Vetoes are no marks: a veto names the
best grade that remains, so one that leaves the last grade alone (一票否决) is outvoted by no score.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from lantian.kernel.errors import Text
from lantian.kernel.ranks import competition_ranks
from lantian.kernel.rounding import half_even
from lantian.workflow.errors import WorkflowError
from lantian.workflow.scoring_rules import Figure, Rule, Share, plain

Missing = Literal["zero", "spread", "wait"]
"""What a missing figure means: no marks; its weight goes to the others; it has to be entered first."""
State = Literal["marked", "zero", "spread", "wait", "decided"]
"""What became of an indicator: marked by its rule, missing in one of three ways, or decided by people."""


class ScoringError(WorkflowError):
    """A scheme by which nothing can be marked."""


@dataclass(frozen=True)
class Decided:
    """Points that people decided (申诉改定), with the reason; they stand in place of the rule's."""

    points: Decimal
    why: Text


@dataclass(frozen=True)
class Indicator:
    """What is marked. weight: the most that it brings."""

    id: str
    weight: Decimal
    rule: Rule
    missing: Missing


@dataclass(frozen=True)
class Extra:
    """Marks for each case of something. each: added, or taken where negative; most: of all together, without sign."""

    id: str
    each: Decimal
    most: Decimal


@dataclass(frozen=True)
class Grade:
    """A grade, given from a total of so many marks."""

    id: str
    least: Decimal


@dataclass(frozen=True)
class Scheme:
    """A scheme. grades: best first, the last from 0. vetoes: the best grade that each leaves. decimals: of a mark."""

    indicators: tuple[Indicator, ...]
    grades: tuple[Grade, ...]
    extras: tuple[Extra, ...] = ()
    vetoes: Mapping[str, str] | None = None
    decimals: int = 2

    def __post_init__(self) -> None:
        names = [*(one.id for one in self.indicators), *(one.id for one in self.extras)]
        _need(bool(self.indicators) and len(names) == len(set(names)), "指标须有且不重名", "indicators need own names")
        weights = [one.weight for one in self.indicators]
        exact = all(weight > 0 and half_even(weight, self.decimals) == weight for weight in weights)
        _need(exact, "权重须为正且不超过小数位数", "weights are positive, with no more decimals than the marks")
        limits = [one.least for one in self.grades]
        falling = limits == sorted(set(limits), reverse=True) and limits[-1:] == [0]
        _need(falling, "等次须由高到低，末等自 0 分起", "grades fall, the last from 0")
        known = {one.id for one in self.grades}
        _need(set((self.vetoes or {}).values()) <= known, "否决须写已有等次", "a veto names a grade that there is")
        _need(all(one.each != 0 and one.most > 0 for one in self.extras), "加减分不得为零", "extras are not zero")

    @property
    def full(self) -> Decimal:
        """All weights together."""
        return sum((one.weight for one in self.indicators), Decimal(0))

    def grade(self, total: Decimal) -> str:
        """Return the grade of a total."""
        return next(one.id for one in self.grades if total >= one.least)

    def worse(self, first: str, *others: str) -> str:
        """Return the lowest of grades."""
        order = [one.id for one in self.grades]
        return max((first, *others), key=order.index)


@dataclass(frozen=True)
class Mark:
    """What an indicator brought. most: its weight with what was spread over it from missing ones."""

    id: str
    state: State
    weight: Decimal
    most: Decimal
    points: Decimal
    formula: Text


@dataclass(frozen=True)
class ExtraMark:
    """What was added or taken."""

    id: str
    count: int
    points: Decimal
    formula: Text


@dataclass(frozen=True)
class Score:
    """A body's assessment. lifted: what brings a negative sum to zero. total: None where nothing could be marked.

    by_score: the grade by marks alone; grade: after the vetoes; failed: a veto left the last grade alone.
    """

    marks: tuple[Mark, ...]
    extras: tuple[ExtraMark, ...]
    lifted: Decimal
    total: Decimal | None
    by_score: str
    grade: str
    vetoes: tuple[str, ...]
    failed: bool

    @property
    def waiting(self) -> tuple[str, ...]:
        """Indicators whose figures have to be entered first."""
        return tuple(one.id for one in self.marks if one.state == "wait")


def score(
    scheme: Scheme,
    figures: Mapping[str, Figure | Decided | None],
    counts: Mapping[str, int] | None = None,
    vetoes: Collection[str] = (),
) -> Score:
    """Return a body's marks, total and grade. counts: of extras. vetoes: those that were found.

    The sum of marks, extras and ``lifted`` is the total.
    """
    most = _spread(scheme, figures)
    marks = tuple(_mark(one, figures.get(one.id), most[one.id], scheme.decimals) for one in scheme.indicators)
    extras = tuple(_extra(one, (counts or {}).get(one.id, 0), scheme.decimals) for one in scheme.extras)
    parts = sum([*(one.points for one in marks), *(one.points for one in extras)], Decimal(0))
    total = max(parts, Decimal(0)) if any(one.state != "spread" for one in marks) else None
    return _judged(scheme, marks, extras, parts, total, vetoes)


def _judged(
    scheme: Scheme, marks: tuple[Mark, ...], extras: tuple[ExtraMark, ...], parts: Decimal, total: Decimal | None,
    vetoes: Collection[str],
) -> Score:  # fmt: skip
    rules = scheme.vetoes or {}
    found = tuple(sorted(set(vetoes) & set(rules)))
    limits = [rules[name] for name in found]
    by_score = scheme.grade(total) if total is not None else ""
    held = [by_score] if by_score else []
    grade = scheme.worse(*held, *limits) if held or limits else ""
    last = scheme.grades[-1].id
    lifted = total - parts if total is not None else Decimal(0)
    return Score(marks, extras, lifted, total, by_score, grade, found, failed=last in limits)


def ranks(scores: Mapping[str, Score]) -> dict[str, int | None]:
    """Return competition ranks by total; whoever a veto failed or who has no total takes none."""
    totals = {name: one.total for name, one in scores.items() if one.total is not None and not one.failed}
    placed = dict(zip(totals, competition_ranks(list(totals.values()), largest_first=True), strict=True))
    return {name: placed.get(name) for name in scores}


def _spread(scheme: Scheme, figures: Mapping[str, Figure | Decided | None]) -> dict[str, Decimal]:
    """Return the most that each indicator brings once the weight of those left out was spread over the others.

    Shares are cut to the scheme's decimals; what is left over goes by largest remainder, ties by id, so that the sum is
    the scheme's full marks.
    """
    left_out = {one.id for one in scheme.indicators if one.missing == "spread" and figures.get(one.id) is None}
    kept = {one.id: one.weight for one in scheme.indicators if one.id not in left_out}
    if not left_out or not kept:
        return {one.id: kept.get(one.id, Decimal(0)) for one in scheme.indicators}
    unit = Fraction(1, 10**scheme.decimals)
    whole = Fraction(scheme.full) / Fraction(sum(kept.values()))
    exact = {name: Fraction(weight) * whole / unit for name, weight in kept.items()}
    units = {name: int(value) for name, value in exact.items()}
    over = int(Fraction(scheme.full) / unit) - sum(units.values())
    for name in sorted(exact, key=lambda one: (units[one] - exact[one], one))[:over]:
        units[name] += 1
    return {one.id: Decimal(units.get(one.id, 0)).scaleb(-scheme.decimals) for one in scheme.indicators}


def _mark(one: Indicator, figure: Figure | Decided | None, most: Decimal, decimals: int) -> Mark:
    if figure is None:
        return Mark(one.id, one.missing, one.weight, most, Decimal(0), MISSING[one.missing])
    if isinstance(figure, Decided):
        points = half_even(min(max(figure.points, Decimal(0)), most), decimals)
        return Mark(one.id, "decided", one.weight, most, points, figure.why)
    share = one.rule.share(figure)
    points = half_even(share.value * Fraction(most), decimals)
    return Mark(one.id, "marked", one.weight, most, points, _formula(share, most, points))


def _formula(share: Share, most: Decimal, points: Decimal) -> Text:
    return Text(
        f"{share.said.zh} × {plain(most)} = {plain(points)} 分", f"{share.said.en} × {plain(most)} = {plain(points)}"
    )


def _extra(one: Extra, count: int, decimals: int) -> ExtraMark:
    size = min(abs(one.each) * max(count, 0), one.most)
    points = half_even(size if one.each > 0 else -size, decimals)
    capped = abs(one.each) * count > one.most
    zh, en = (f"，以 {plain(one.most)} 分为限", f", at most {plain(one.most)}") if capped else ("", "")
    said = f"{count} × {plain(one.each)}"
    return ExtraMark(one.id, count, points, Text(f"{said}{zh} = {plain(points)} 分", f"{said}{en} = {plain(points)}"))


MISSING: Mapping[Missing, Text] = {
    "zero": Text("没有数据，不得分", "no data, no marks"),
    "spread": Text("没有数据，权重按比例分摊给其他指标", "no data; its weight is spread over the others"),
    "wait": Text("待填报，暂不计分", "to be entered; no marks yet"),
}


def _need(holds: bool, zh: str, en: str) -> None:
    if not holds:
        raise ScoringError(Text(zh, en))
