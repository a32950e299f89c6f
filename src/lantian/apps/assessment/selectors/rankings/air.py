"""The air of streets by day (街乡日值), from the lake as it was known, without days decided as sand dust.

A street's day is the mean of the valid daily means of its points, kept to a millionth of µg/m³. A day that an official
decision touches is left out for the points that the decision covers, and lowers the days that a period needs.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial

import numpy as np
from django.conf import settings

from lantian.airquality.validity import ValidityRules, days_in_month, months_between
from lantian.analysis.rank_bands import Floats
from lantian.analysis.ranking_periods import MICRO, drawn_means, means
from lantian.apps.assessment import rules
from lantian.apps.assessment.selectors.rankings.daily import Daily, Flags, Question, Whole, question
from lantian.apps.assessment.selectors.rankings.ground import Grounded
from lantian.apps.assessment.selectors.rankings.measured import Measured
from lantian.apps.assessment.selectors.rankings.street_points import streets_of
from lantian.apps.assessment.snapshots import Place
from lantian.apps.telemetry.air import rules_of
from lantian.apps.telemetry.models import Point, SandDustDecision
from lantian.kernel.errors import Text
from lantian.kernel.factors import Factor
from lantian.kernel.instants import day_of
from lantian.kernel.plurals import counted
from lantian.kernel.rounding import half_even_array

FACTORS = {"pm25": (Factor.PM25,), "coarse": (Factor.PM10, Factor.PM25), "tsp": (Factor.TSP,)}
"""What each subject is read from."""

DECIDED_BY = {"pm25": (Factor.PM25,), "coarse": (Factor.PM10,), "tsp": (Factor.PM10, Factor.TSP)}
"""Factors whose decisions take a day out: a storm that spoils PM10 spoils TSP."""


@dataclass(frozen=True, eq=False)
class StreetDays:
    """Days of streets, ``[day, street]``. micro: the mean of its points; points: how many were valid.

    faults: points whose PM10 lay below PM2.5. dust: whether the day is left out for all points of the street.
    """

    first: date
    micro: Whole
    points: Whole
    faults: Whole
    dust: Flags

    @property
    def values(self) -> Floats:
        """The days in the factor's unit, NaN where there is none."""
        found: Floats = np.where(self.points > 0, self.micro / MICRO, np.nan)
        return found


@dataclass(frozen=True)
class AirReader(Grounded):
    """The air of the streets of a period, as it was known."""

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The streets at the end of the period."""
        return self.ground.streets

    @cached_property
    def street_of(self) -> dict[str, str]:
        """The street of each point of the record's kinds that lies in one, by the point's id."""
        return streets_of(self._kinds, self.ground)

    @property
    def _kinds(self) -> list[Point]:
        return self.ground.points(self.record.points)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """The points of the record's kinds that lie in one of the streets."""
        return tuple(one for one in self._kinds if one.pk in self.street_of)

    def points_in(self, street: str) -> list[Point]:
        """Return the points of a street."""
        return [one for one in self.points if self.street_of[one.pk] == street]

    @cached_property
    def asked(self) -> Question:
        """The question to the lake."""
        ids = [one.pk for one in self.points]
        return question(settings.LAKE_URL, ids, FACTORS[self.record.subject], self.known_at)

    @cached_property
    def decisions(self) -> tuple[SandDustDecision, ...]:
        """The official decisions that had been recorded and that count for the subject."""
        if not self.record.without_sand_dust:
            return ()
        wanted = {one.value for one in DECIDED_BY[self.record.subject]}
        return tuple(one for one in self.ground.decisions if wanted & set(one.factors))

    def between(self, first: date, last: date) -> Measured:
        """Return the streets' means of two days and those between."""
        days = self.days(first, last)
        values = days.values
        codes, watched = [one.code for one in self.places], self._watched
        valid, needed = (days.points > 0).sum(axis=0).tolist(), self._needed(days, first, last)
        exact = dict(zip(codes, means(values), strict=True))
        return Measured(
            values={code: value for code, value in exact.items() if value is not None},
            short={
                code: _short(found, least)
                for code, found, least in zip(codes, valid, needed, strict=True)
                if found < least or exact[code] is None
            },
            absent={code: Text("没有点位", "no points") for place, code in enumerate(codes) if place not in watched},
            counts={code: self._counted(days, place, needed[place]) for place, code in enumerate(codes)},
            excluded_days=tuple(
                first + timedelta(days=int(day)) for day in np.flatnonzero(days.dust[:, watched].all(axis=1)) if watched
            ),
            draw=partial(drawn_means, values),
            synthetic=any(one.synthetic for one in self.points),
        )

    def days(self, first: date, last: date) -> StreetDays:
        """Return the streets' days."""
        found = self.asked.between(first, last)
        left_out = self._dust(first, found.micro.shape[1])
        micro, valid, faulty = _of_subject(found)
        valid = valid & ~left_out
        shape = (micro.shape[0], len(self.places))
        total, points, faults = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        dust, there = np.ones(shape, dtype=np.bool_), np.zeros(len(self.places), dtype=np.bool_)
        streets = {one.code: place for place, one in enumerate(self.places)}
        for column, point in enumerate(self.points):
            street = streets[self.street_of[point.pk]]
            total[:, street] += np.where(valid[:, column], micro[:, column], 0)
            points[:, street] += valid[:, column]
            faults[:, street] += faulty[:, column]
            dust[:, street] &= left_out[:, column]
            there[street] = True
        return StreetDays(first, half_even_array(total, np.maximum(points, 1)), points, faults, dust & there)

    @cached_property
    def _watched(self) -> list[int]:
        """The streets that have a point, by their place in the order."""
        codes = set(self.street_of.values())
        return [place for place, one in enumerate(self.places) if one.code in codes]

    def _dust(self, first: date, size: int) -> Flags:
        """Return which days of which points a decision touches."""
        found = np.zeros((size, len(self.points)), dtype=np.bool_)
        for decision in self.decisions:
            start = (day_of(decision.first_hour) - first).days
            stop = (day_of(decision.last_hour) - first).days + 1
            covered = [column for column, point in enumerate(self.points) if _covers(decision, point)]
            found[max(start, 0) : max(stop, 0), covered] = True
        return found

    def _needed(self, days: StreetDays, first: date, last: date) -> list[int]:
        """Return the valid days that each street needs: the standard's of the days over, less those left out."""
        if self.record.least != "standard":
            return [1] * len(self.places)
        over = min(last, day_of(self.known_at) - timedelta(days=1))
        least = days_needed(rules_of(rules.pack()).validity(last), FACTORS[self.record.subject][0], first, over)
        return [max(least - int(left_out), 1) for left_out in days.dust.sum(axis=0).tolist()]

    def _counted(self, days: StreetDays, place: int, needed: int) -> dict[str, int | str]:
        code = self.places[place].code
        return {
            "points": len(self.points_in(code)),
            "days": int((days.points[:, place] > 0).sum()),
            "needed": needed,
            "point_days": int(days.points[:, place].sum()),
            "excluded": int(days.dust[:, place].sum()),
            "faults": int(days.faults[:, place].sum()),
        }


def _short(found: int, least: int) -> Text:
    if not found:
        return Text("没有有效日值", "no valid days")
    return Text(f"有效 {found} 天，不足 {least} 天", f"{counted(found, 'valid day')} of the {least} needed")


def days_needed(rules: ValidityRules, factor: Factor, first: date, last: date) -> int:
    """Return the valid days that a stretch needs: those of its year, or of each of its months (HJ 663, GB 3095)."""
    if (first.month, first.day, last.month, last.day, first.year) == (1, 1, 12, 31, last.year) and factor in rules.year:
        return rules.year[factor].days
    return sum(_of_month(rules, year, month, first, last) for year, month in months_between(first, last))


def _of_month(rules: ValidityRules, year: int, month: int, first: date, last: date) -> int:
    """Return what a month needs, in proportion where a stretch holds only a part of it."""
    length = days_in_month(year, month)
    inside = (min(last, date(year, month, length)) - max(first, date(year, month, 1))).days + 1
    return rules.month.in_month(month) * inside // length


def _of_subject(found: Daily) -> tuple[Whole, Flags, Flags]:
    """Return values, validity and faults of points: of one factor as it is, of two their difference."""
    if len(found.micro) == 1:
        return found.micro[0], found.valid[0], np.zeros_like(found.valid[0])
    micro, both = found.micro[0] - found.micro[1], found.valid[0] & found.valid[1]
    return micro, both & (micro >= 0), both & (micro < 0)


def _covers(decision: SandDustDecision, point: Point) -> bool:
    return point.pk in decision.points if decision.points else point.area_code.startswith(decision.area_code)
