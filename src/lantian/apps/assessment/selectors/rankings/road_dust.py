"""Road dust (道路积尘) by street or by who cleans, from imported results as they were known."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from lantian.analysis.rank_bands import Floats, drawn_groups
from lantian.analysis.ranking_periods import Draws
from lantian.apps.assessment.rankings import Count
from lantian.apps.assessment.selectors.facts import STREET_DIGITS
from lantian.apps.assessment.selectors.rankings.ground import Ground, Grounded
from lantian.apps.assessment.selectors.rankings.measured import Measured
from lantian.apps.assessment.snapshots import Place
from lantian.kernel.errors import Text
from lantian.kernel.rounding import half_even
from lantian.policy.records_ranking import RankingRecord


@dataclass(frozen=True, slots=True)
class Result:
    """A result with a value [g/m²], its fields as the ground holds them.

    who: the name of the organisation, where it is one that we know.
    """

    month: str
    area_code: str
    street: str
    road: str
    grade: str
    body: str
    organisation: str | None
    who_zh: str | None
    who_en: str | None
    value: Decimal
    synthetic: bool
    batch: int

    @property
    def body_code(self) -> str:
        """The code of who cleans: the organisation's, or one made from the name."""
        if self.organisation:
            return self.organisation
        return f"body-{hashlib.sha256(self.body.encode()).hexdigest()[:10]}" if self.body else ""

    @property
    def who(self) -> Text:
        """Who cleans."""
        return Text(self.who_zh or self.body, self.who_en or self.who_zh or self.body)


@dataclass(frozen=True)
class RoadDustReader(Grounded):
    """Results of roads and streets, as they were known."""

    @cached_property
    def rows(self) -> list[Result]:
        """The results of our own streets of this and last year; of one road and month those of the last import."""
        last: dict[tuple[str, ...], list[Result]] = {}
        for row in (Result(*one) for one in self.ground.roads):
            if len(row.area_code) >= STREET_DIGITS:
                kept = last.get((row.month, row.area_code, row.road), [])
                last[row.month, row.area_code, row.road] = [*(one for one in kept if one.batch == row.batch), row]
        return [row for rows in last.values() for row in rows]

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The streets at the end of the period, or those who clean by name."""
        if self.record.of == "street":
            return self.ground.streets
        named = {row.body_code: row.who for row in self.rows if row.body}
        return tuple(Place(code, text.zh, text.en) for code, text in sorted(named.items()))

    def place_of(self, row: Result) -> str:
        """Return the code of the place that a result belongs to."""
        return self.ground.street_of(row.area_code) if self.record.of == "street" else row.body_code

    def found(self, first: date, last: date) -> dict[str, list[Result]]:
        """Return the results of the months between two days, by place."""
        months = f"{first:%Y-%m}", f"{last:%Y-%m}"
        found: dict[str, list[Result]] = {one.code: [] for one in self.places}
        for row in self.rows:
            if months[0] <= row.month <= months[1] and self.place_of(row) in found:
                found[self.place_of(row)].append(row)
        return found

    def between(self, first: date, last: date) -> Measured:
        """Return the means of the months between two days."""
        found = self.found(first, last)
        least = self.record.least_count
        groups = [[float(row.value) for row in rows] for rows in found.values()]

        def draw(draws: Draws) -> Floats | None:
            return drawn_groups(groups, draws=draws.number, seed=draws.seed)

        return Measured(
            values={code: _mean(rows) for code, rows in found.items() if rows},
            short={
                code: Text(f"{len(rows)} 个结果，不足 {least} 个", f"results: {len(rows)} of the {least} needed")
                for code, rows in found.items()
                if len(rows) < least
            },
            absent={code: Text("没有结果", "no results") for code, rows in found.items() if not rows},
            counts={code: counted(rows, self.record) for code, rows in found.items()},
            draw=draw,
            synthetic=any(row.synthetic for rows in found.values() for row in rows),
        )


def limits_of(record: RankingRecord) -> Mapping[str, Decimal]:
    """Return the limits by grade of road [g/m²]."""
    return {one.grade: one.value for one in record.limits}


def is_over(row: Result, limits: Mapping[str, Decimal]) -> bool:
    """Tell whether a result lies above the limit of its grade; without a grade there is none."""
    limit = limits.get(row.grade)
    return limit is not None and row.value > limit


def counted(rows: Sequence[Result], record: RankingRecord) -> dict[str, Count]:
    """Count results, those above their grade's limit, and name the worst."""
    limits = limits_of(record)
    worst = max(rows, key=lambda row: row.value, default=None)
    said: dict[str, Count] = {"results": len(rows), "over": sum(is_over(row, limits) for row in rows)}
    if worst is not None and worst.road:
        said["worst"] = f"{worst.road} {worst.value}"
    return said


@dataclass(frozen=True)
class GradeLine:
    """The results of a grade of road: how many, their mean as printed, those over the limit; None has no limit."""

    name: Text
    limit: Decimal | None
    confidence: str
    results: int
    mean: str
    over: int

    @property
    def share(self) -> str:
        """The share over the limit in percent."""
        known = self.results and self.limit is not None
        return f"{half_even(Fraction(100 * self.over, self.results), 1)}" if known else "—"


def by_grade(record: RankingRecord, ground: Ground) -> list[GradeLine]:
    """Return the results of a period by grade of road, against the limits of the pack; those without a grade last."""
    reader, period = RoadDustReader(record, ground), ground.period
    rows = [row for found in reader.found(period.first, period.last).values() for row in found]
    known = {one.grade: one for one in record.limits}
    lines = [
        _line(record, Text(one.zh, one.en), one.value, one.confidence, [row for row in rows if row.grade == one.grade])
        for one in record.limits
    ]
    if without := [row for row in rows if row.grade not in known]:
        lines.append(_line(record, Text("未注明等级", "no grade given"), None, "", without))
    return lines


def _line(
    record: RankingRecord, name: Text, limit: Decimal | None, confidence: str, rows: Sequence[Result]
) -> GradeLine:
    mean = format(half_even(_mean(rows), record.decimals), "f") if rows else "—"
    over = sum(limit is not None and row.value > limit for row in rows)
    return GradeLine(name, limit, confidence, len(rows), mean, over)


def _mean(rows: Iterable[Result]) -> Fraction:
    values = [Fraction(row.value) for row in rows]
    return sum(values, Fraction(0)) / len(values)
