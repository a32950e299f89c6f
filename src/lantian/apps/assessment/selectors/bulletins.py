"""Bulletins as pages show them: the list, one with its words, and what has changed since its snapshot (原为／现为)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lantian.analysis.league import Check, Standing
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Bulletin
from lantian.apps.assessment.models.bulletins import Stood
from lantian.apps.assessment.selectors.facts import facts_of
from lantian.apps.assessment.snapshots import Facts
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.kernel.periods import Period
from lantian.policy.bulletins import percent
from lantian.policy.records_bulletin import BulletinRecord

OFFERED: Mapping[str, int] = {"week": 8, "month": 3, "quarter": 2, "year": 1}
"""Ended periods of each span that may still be drafted from the list."""


@dataclass(frozen=True)
class Difference:
    """A place whose figures are no longer what the snapshot says. was, now: checks, violations, rate, rank."""

    name: Text
    code: str
    was: Standing | None
    now: Standing | None

    @property
    def counted(self) -> bool:
        """Whether its own counts changed, and not its rank alone."""
        return self._counts(self.was) != self._counts(self.now)

    @staticmethod
    def _counts(one: Standing | None) -> tuple[int, int] | None:
        return (one.checks, one.violations) if one else None

    @property
    def was_rate(self) -> str:
        """The rate then in percent."""
        return percent(self.was.rate if self.was else None)

    @property
    def now_rate(self) -> str:
        """The rate now in percent."""
        return percent(self.now.rate if self.now else None)


@dataclass(frozen=True)
class Changed:
    """What has changed since a snapshot: places, and the checks that came late, went away, or were judged otherwise."""

    places: list[Difference]
    added: list[Check]
    removed: list[Check]
    known_at: datetime

    @property
    def counted(self) -> list[Difference]:
        """Places whose own counts changed."""
        return [one for one in self.places if one.counted]

    @property
    def moved(self) -> list[Difference]:
        """Places whose rank alone changed."""
        return [one for one in self.places if not one.counted]

    @property
    def any(self) -> bool:
        """Whether a figure of the bulletin would be another one now."""
        return bool(self.places)


def changed_since(facts: Facts, known_at: datetime) -> Changed:
    """Compare a snapshot with what is known at an instant, by the rules that hold then."""
    record = rules.bulletin_named(facts.record, facts.of)
    now = facts_of(record, facts.of, known_at)
    was_in, is_in = facts.league(), now.league()
    names = {one.code: Text(one.zh, one.en) for one in (*facts.places, *now.places)}
    places = [
        Difference(name, code, was_in.of(code), is_in.of(code))
        for code, name in names.items()
        if _shown(was_in.of(code)) != _shown(is_in.of(code))
    ]
    then, later = set(facts.checks), set(now.checks)
    return Changed(places, _in_order(later - then), _in_order(then - later), now.known_at)


def _in_order(checks: set[Check]) -> list[Check]:
    return sorted(checks, key=lambda one: (one.at, one.id))


def _shown(one: Standing | None) -> tuple[int, int, int | None, int | None] | None:
    return (one.checks, one.violations, one.checks_rank, one.rate_rank) if one else None


@dataclass(frozen=True)
class Line:
    """A bulletin in the list."""

    bulletin: Bulletin
    label: Text


def bulletins_at(at: datetime) -> list[Bulletin]:
    """Return all bulletins, each as it stood at a moment, the newest period first."""
    return [one.bulletin for one in Bulletin.objects.at(at)]


def bulletin_lines(stood: Iterable[Bulletin], person: Any) -> list[Line]:
    """Return the bulletins that a person may see."""
    return [Line(one, label_of(one)) for one in stood if one.seen_by(person)]


@dataclass(frozen=True)
class Shown(Stood):
    """A bulletin that is shown. others: of its period that its reader may see, the last first."""

    others: tuple[Bulletin, ...]
    open: bool


def bulletin_shown(person: Any, key: int, at: datetime) -> Shown | None:
    """Return a bulletin as it stood at a moment; None where a person may not read it, or it was not there yet.

    open: whether one of its period, itself or another, waited for its signature.
    """
    period = Bulletin.objects.filter(pk=key).values_list("record", "period").first()
    if period is None:
        return None
    versions = Bulletin.objects.filter(record=period[0], period=period[1]).order_by("-version").at(at)
    found = next((one for one in versions if one.bulletin.pk == key and one.bulletin.seen_by(person)), None)
    if found is None:
        return None
    seen = (one.bulletin for one in versions if one is not found and one.bulletin.seen_by(person))
    return Shown(found.bulletin, found.history, tuple(seen), any(one.bulletin.open for one in versions))


def label_of(bulletin: Bulletin) -> Text:
    """Return what a bulletin is called in the pack."""
    record = rules.pack().find(BulletinRecord, bulletin.record, Period.read(bulletin.period).last)
    return Text(record.zh, record.en) if record else Text(bulletin.record, bulletin.record)


@dataclass(frozen=True)
class Offer:
    """A period that may be drafted: ended, and without a bulletin that is not signed yet. again: a correction."""

    record: BulletinRecord
    period: Period
    again: bool

    @property
    def label(self) -> Text:
        """The bulletin's name."""
        return Text(self.record.zh, self.record.en)


def offers(stood: Iterable[Bulletin], now: datetime) -> list[Offer]:
    """Return the ended periods of each bulletin that nobody has drafted, the last first."""
    found = []
    standing = {(one.record, one.period) for one in stood if one.state != Bulletin.State.WITHDRAWN}
    for record in rules.bulletins(day_of(now)):
        period = Period.last_ended(record.span, now)
        for _step in range(OFFERED[record.span]):
            if (record.id, str(period)) not in standing:
                found.append(Offer(record, period, again=False))
            period = period.previous
    return found
