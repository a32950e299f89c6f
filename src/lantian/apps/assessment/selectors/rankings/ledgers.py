"""What ledgers say of a period (台账): bare land treated by street, and the yearly scores of clusters.

An entry is put back by its history to the instant of the data. Merged entries stay merged: that cannot be replayed.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from lantian.apps.assessment.rankings import Count
from lantian.apps.assessment.selectors.facts import STREET_DIGITS
from lantian.apps.assessment.selectors.rankings.ground import Ground, Grounded
from lantian.apps.assessment.selectors.rankings.measured import Measured
from lantian.apps.assessment.snapshots import Place
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of

OF_ATTRIBUTE = "attributes."
CLEARED = "closed"
"""The state of a cluster that is no more."""


@dataclass
class Entry:
    """An entry of a ledger as it was. key: leads back to it."""

    key: int
    code: str
    name: str
    area: str
    state: str
    attributes: dict[str, Any]
    created: date
    synthetic: bool

    def undo(self, change: "Changed") -> None:
        """Take a change back."""
        for name, (before, _after) in change.fields.items():
            if name.startswith(OF_ATTRIBUTE):
                self.attributes[name.removeprefix(OF_ATTRIBUTE)] = before
            elif name in ("state", "name"):
                setattr(self, name, before or "")
            elif name in ("area", "area_id"):
                self.area = before or ""

    def number(self, name: str) -> Fraction | None:
        """Return a number of its attributes, exactly as written."""
        value = self.attributes.get(name)
        return None if value in (None, "") else Fraction(Decimal(str(value)))

    def day(self, name: str) -> date | None:
        """Return a day of its attributes."""
        value = self.attributes.get(name)
        return date.fromisoformat(str(value)[:10]) if value else None


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of an entry. fields: before and after, by name."""

    at: datetime
    kind: str
    fields: Mapping[str, Sequence[Any]]


def _stored(kind: str, ground: Ground) -> Iterator[tuple[Entry, list[Changed]]]:
    """Yield what is stored of a kind's entries with their changes, the newest first."""
    for _key, rows in groupby(ground.ledgers[kind], key=itemgetter(0)):
        of_entry = list(rows)
        key, code, name, area, state, attributes, created, synthetic, *_ = of_entry[0]
        entry = Entry(key, code, name, area or "", state, deepcopy(attributes), day_of(created), synthetic)
        yield entry, [Changed(*row[-3:]) for row in of_entry if row[-1] is not None]


def as_known(kind: str, ground: Ground) -> list[Entry]:
    """Return a kind's entries as they were known at the ground's instant."""
    found = []
    for entry, changes in _stored(kind, ground):
        for change in changes:
            if change.at > ground.known_at and change.kind != "created":
                entry.undo(change)
        found.append(entry)
    return found


def with_score(year: int, ground: Ground) -> list[Entry]:
    """Return the clusters that have a score of a year, each as it was when that score stood last."""
    found = []
    for entry, changes in _stored("cluster", ground):
        for change in changes:
            if change.at <= ground.known_at and entry.number("score_year") == year:
                break
            if change.kind != "created":
                entry.undo(change)
        if entry.number("score_year") == year and entry.number("score") is not None:
            found.append(entry)
    return found


@dataclass(frozen=True)
class BareLandReader(Grounded):
    """Bare land by street: the share of its area that is treated."""

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The streets at the end of the period."""
        return self.ground.streets

    @cached_property
    def entries(self) -> list[Entry]:
        """All bare land as it was known, but what has been built on."""
        return [one for one in as_known("bare-land", self.ground) if one.state != "used"]

    def found(self, street: str, day: date) -> list[Entry]:
        """Return the bare land of a street that had been found by a day."""
        return [one for one in self.entries if self.ground.street_of(one.area) == street and is_found(one, day)]

    def between(self, first: date, last: date) -> Measured:
        """Return the shares at the end of the stretch."""
        counts: dict[str, dict[str, Count]] = {}
        values: dict[str, Fraction] = {}
        for place in self.places:
            found = self.found(place.code, last)
            area = sum((one.number("area_m2") or Fraction(0) for one in found), Fraction(0))
            treated = sum((treated_m2(one, last) for one in found), Fraction(0))
            counts[place.code] = {"plots": len(found), "area_m2": round(area), "treated_m2": round(treated)}
            if area:
                values[place.code] = 100 * treated / area
        without = [code for code in counts if code not in values]
        return Measured(
            values=values,
            short={code: Text("地块没有填面积", "plots without an area") for code in without if counts[code]["plots"]},
            absent={code: Text("没有裸地", "no bare land") for code in without if not counts[code]["plots"]},
            counts=counts,
            synthetic=any(one.synthetic for one in self.entries),
        )


def is_found(one: Entry, day: date) -> bool:
    """Tell whether a plot had been found by a day."""
    return (one.day("found_on") or one.created) <= day


def treated_m2(one: Entry, day: date) -> Fraction:
    """Return the area of a plot that had been treated by a day [m²], at most all of it."""
    done = one.day("treated_on")
    if (done is None and one.state != "treated") or (done is not None and done > day):
        return Fraction(0)
    area = one.number("area_m2") or Fraction(0)
    treated = one.number("treated_m2")
    return min(area if treated is None else treated, area)


@dataclass(frozen=True)
class ClusterReader(Grounded):
    """Rural industrial clusters by their score of the year."""

    @cached_property
    def entries(self) -> list[Entry]:
        """The clusters with a score of the period's year."""
        return with_score(self.period.year, self.ground)

    @cached_property
    def unscored(self) -> list[Entry]:
        """The clusters that were kept at the end of the period and have no score of its year: none slips out."""
        scored = {one.key for one in self.entries}
        return [
            one
            for one in as_known("cluster", self.ground)
            if one.key not in scored and one.state != CLEARED and one.created <= self.period.last
        ]

    @property
    def places(self) -> tuple[Place, ...]:
        """The clusters, by their codes."""
        found = sorted([*self.entries, *self.unscored], key=lambda one: one.code)
        return tuple(Place(one.code, one.name, one.name) for one in found)

    def between(self, first: date, last: date) -> Measured:
        """Return the scores of the year in which the stretch ends."""
        same = last.year == self.period.year
        found = self.entries if same else with_score(last.year, self.ground)
        return Measured(
            values={one.code: one.number("score") or Fraction(0) for one in found},
            short={one.code: Text(f"没有 {last.year} 年得分", f"no score of {last.year}") for one in self.unscored},
            counts={one.code: _said(one) for one in found},
            synthetic=any(one.synthetic for one in found),
        )


def _said(one: Entry) -> dict[str, Count]:
    facts = one.attributes
    said: dict[str, Count] = {"area": one.area[:STREET_DIGITS], "marked": int(bool(facts.get("last_share")))}
    said |= {name: str(facts[name]) for name in ("measure", "progress", "firms") if facts.get(name) is not None}
    return said
