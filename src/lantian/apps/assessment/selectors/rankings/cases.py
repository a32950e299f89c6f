"""Steps of cases done in time (按时办理), of streets or of departments.

A step counts in the period in which it falls due. Whether it had been done by then is replayed from its own instants;
when it was due is taken as it stands now, for a later pause or return moves it and leaves no trace to replay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property, partial

import numpy as np

from lantian.analysis.rank_bands import Floats, drawn_rates
from lantian.analysis.ranking_periods import Draws
from lantian.apps.assessment.selectors.rankings.ground import Grounded
from lantian.apps.assessment.selectors.rankings.measured import Measured
from lantian.apps.assessment.snapshots import Place
from lantian.kernel.errors import Text

VERIFY = "verify"
STREET_OFFICE = "street_office"
"""Offices of streets are no departments: their steps count for their streets."""


@dataclass(frozen=True)
class Holder:
    """Who has to take a step."""

    code: str
    kind: str
    zh: str
    en: str


@dataclass(frozen=True)
class Due:
    """A step that fell due. place: the street or department; done: when, None if it had not been done."""

    case: int
    step: str
    place: str
    due_at: datetime
    done_at: datetime | None
    synthetic: bool
    holder: Holder

    @property
    def in_time(self) -> bool:
        """Whether it was done by then."""
        return self.done_at is not None and self.done_at <= self.due_at


@dataclass(frozen=True)
class CaseReader(Grounded):
    """The steps of cases, as they were known."""

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The streets at the end of the period, or the departments with a step that fell due this year."""
        if self.record.of == "street":
            return self.ground.streets
        holders = {one.holder for one in self.due(date(self.period.year, 1, 1), self.period.last)}
        bodies = sorted((one for one in holders if one.kind != STREET_OFFICE), key=lambda one: one.code)
        return tuple(Place(one.code, one.zh, one.en or one.zh) for one in bodies)

    def between(self, first: date, last: date) -> Measured:
        """Return the shares in time of the steps that fell due."""
        by_place: dict[str, list[Due]] = {one.code: [] for one in self.places}
        for one in self.due(first, last):
            if one.place in by_place:
                by_place[one.place].append(one)
        counts = {code: counted(found) for code, found in by_place.items()}
        least = self.record.least_count
        return Measured(
            values={code: Fraction(100 * one["in_time"], one["due"]) for code, one in counts.items() if one["due"]},
            short={
                code: Text(f"到期 {one['due']} 件，不足 {least} 件", f"{one['due']} fell due of the {least} needed")
                for code, one in counts.items()
                if one["due"] < least
            },
            absent={code: Text("没有到期的环节", "nothing fell due") for code, one in counts.items() if not one["due"]},
            counts=counts,
            draw=partial(_drawn, list(counts.values())),
            synthetic=any(one.synthetic for found in by_place.values() for one in found),
        )

    def due(self, first: date, last: date) -> list[Due]:
        """Return the steps that fell due between two days, both inclusive, and by the instant."""
        of_streets, wanted = self.record.of == "street", self.record.steps
        return [
            Due(
                case, step, self.ground.street_of(area) if of_streets else holder, due,
                done if done and done <= self.known_at else None, made_up, Holder(holder, *who),
            )
            for case, step, area, holder, due, done, made_up, *who in self.ground.steps(first, last)
            if not wanted or step in wanted
        ]  # fmt: skip


def counted(found: Sequence[Due]) -> dict[str, int]:
    """Count the steps that fell due and those in time, and the verifications among them."""
    checks = [one for one in found if one.step == VERIFY]
    return {
        "due": len(found),
        "in_time": sum(one.in_time for one in found),
        "verify_due": len(checks),
        "verify_in_time": sum(one.in_time for one in checks),
    }


def _drawn(counts: Sequence[Mapping[str, int]], draws: Draws) -> Floats:
    """Resample the shares; a place where nothing fell due has none."""
    made = [one["due"] for one in counts]
    rates = drawn_rates(
        [one["in_time"] for one in counts], [max(one, 1) for one in made], draws=draws.number, seed=draws.seed
    )
    found: Floats = np.where(np.asarray(made) > 0, 100 * rates, np.nan)
    return found
