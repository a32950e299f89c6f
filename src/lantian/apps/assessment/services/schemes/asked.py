"""Whose figures are asked for in an assessment, of which term, as known at an instant."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property

from lantian.apps.accounts.models import Organisation
from lantian.apps.assessment.marking import Body, Count, Link, Reading
from lantian.apps.assessment.selectors.facts import STREET_DIGITS, heirs_among, place_of, streets_ever
from lantian.apps.cases.selectors.holders import Holders, holders_of
from lantian.kernel.errors import Text
from lantian.kernel.periods import Period
from lantian.policy.assessments import Term
from lantian.policy.records_assessment import AssessmentSchemeRecord, CitedModel
from lantian.workflow.scoring_rules import Measured, plain

LINKED = 12
"""Records that are named behind a figure at most."""


@dataclass(frozen=True)
class Asked:
    """What is asked for. bodies: in their order."""

    record: AssessmentSchemeRecord
    term: Term
    known_at: datetime
    bodies: tuple[Body, ...]

    @property
    def streets(self) -> bool:
        """Whether streets are assessed, and not departments."""
        return self.record.bodies == "streets"

    @property
    def codes(self) -> list[str]:
        """The bodies' codes."""
        return [one.code for one in self.bodies]

    @property
    def until(self) -> datetime:
        """The end of what is looked at (UTC): of the term, or now while it runs."""
        return min(self.term.end, self.known_at)

    @property
    def day(self) -> date:
        """The day on which states are looked at."""
        return self.term.judged_on(self.known_at)

    @property
    def years(self) -> Sequence[Period]:
        """The term's years."""
        return [Period("year", year, 0) for year in self.term.years]

    def body_of(self, area: str, organisation: str) -> str:
        """Return the body that answers: the street of an area, or the department; "" for none of those assessed.

        For a street that has ended its heir answers (承继), so that nothing of the year gets lost on the way.
        """
        return self.heirs.get(area[:STREET_DIGITS] if self.streets else organisation, "")

    def holders_of(self, cases: Iterable[int]) -> Holders:
        """Return who handed on steps of some cases; of streets it does not matter, theirs is where a case lies."""
        return Holders({}) if self.streets else holders_of(cases)

    @cached_property
    def heirs(self) -> Mapping[str, str]:
        """The body that answers for each that may be named: itself; for a street that has ended, its heir, or ""."""
        own = {one.code: one.code for one in self.bodies}
        return {**heirs_among(streets_ever().defer("geometry"), own), **own} if self.streets else own


FigureReader = Callable[[CitedModel, Asked], dict[str, Reading]]
CountReader = Callable[[CitedModel, Asked], dict[str, Count]]


def bodies_of(record: AssessmentSchemeRecord, day: date) -> tuple[Body, ...]:
    """Return who is assessed: the streets that stand on a day in their official order, or the departments listed."""
    if record.bodies == "departments":
        named = {one.code: one for one in Organisation.objects.filter(code__in=record.organisations)}
        found = [named[code] for code in record.organisations if code in named]
        return tuple(Body(one.code, one.name_zh, one.name_en or one.name_zh) for one in found)
    places = map(place_of, streets_ever().standing(day).defer("geometry"))
    return tuple(Body(one.code, one.zh, one.en) for one in places)


def heir_on(code: str, day: date) -> str:
    """Return the street that stands on a day in place of one that has ended; any other body is its own."""
    streets = streets_ever().defer("geometry")
    return heirs_among(streets, set(streets.standing(day).values_list("code", flat=True))).get(code) or code


def percent_of(done: int, of: int, what: Text, links: Iterable[Link] = ()) -> Reading:
    """Return a share in percent with its counts, or nothing to mark where there is nothing to count."""
    if not of:
        return Reading(None, Text(f"没有{what.zh}", f"no {what.en}"))
    share = Fraction(100 * done, of)
    said = Text(
        f"{plain(share)} %（{what.zh} {of}，按期 {done}）", f"{plain(share)} % ({done} of {of} {what.en} in time)"
    )
    return Reading(Measured(share), said, tuple(links)[:LINKED])
