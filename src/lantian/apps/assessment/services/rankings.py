"""The ranking of a period, for pages, bulletins and schemes: one call, from the pack's record and what was known.

Nothing that was recorded after ``known_at`` counts; where a source cannot be replayed, its reader says so.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction

from django.conf import settings

from lantian.analysis.league import change
from lantian.analysis.ranking_periods import Draws, RankRule, Standing, last_share, ranked, with_bands
from lantian.apps.assessment import rules
from lantian.apps.assessment.ranking_words import method_words
from lantian.apps.assessment.rankings import NOTHING, RankedPlace, RankingTable, State
from lantian.apps.assessment.selectors.rankings.air import AirReader
from lantian.apps.assessment.selectors.rankings.cases import CaseReader
from lantian.apps.assessment.selectors.rankings.ground import Ground
from lantian.apps.assessment.selectors.rankings.ledgers import BareLandReader, ClusterReader
from lantian.apps.assessment.selectors.rankings.measured import Measured, Reader
from lantian.apps.assessment.selectors.rankings.road_dust import RoadDustReader
from lantian.apps.assessment.snapshots import Place
from lantian.kernel.periods import Period
from lantian.kernel.rounding import half_even
from lantian.policy.records_ranking import RankingRecord

READERS: Mapping[str, Callable[[RankingRecord, Ground], Reader]] = {
    "pm25": AirReader,
    "coarse": AirReader,
    "tsp": AirReader,
    "road-dust": RoadDustReader,
    "in-time": CaseReader,
    "bare-land": BareLandReader,
    "clusters": ClusterReader,
}
"""What reads each subject."""


ORDER: Mapping[State, int] = {"ranked": 0, "missing": 1, "excluded": 2}
"""Who has no rank stands behind."""


def ranking_of(record: RankingRecord, period: Period, known_at: datetime) -> RankingTable:
    """Return the ranking of a period as it was known at an instant."""
    return ranking_on(Ground(period, known_at), record)


def ranking_on(ground: Ground, record: RankingRecord) -> RankingTable:
    """Return one of the rankings that share a ground."""
    period, known_at = ground.period, ground.known_at
    reader = READERS[record.subject](record, ground)
    now = reader.between(period.first, period.last)
    stretches = (_previous(period), _last_year(period), (date(period.year, 1, 1), period.last))
    before, year_before, cumulative = (reader.between(*stretch) for stretch in stretches)
    draws = Draws(record.draws, record.block_days, seed_of(record, period), wide=record.intervals == "widened")
    return RankingTable(
        record=record.id,
        pack=rules.pack().id,
        zh=record.zh,
        en=record.en,
        subject=record.subject,
        of=record.of,
        period=str(period),
        known_at=known_at,
        unit=record.unit,
        decimals=record.decimals,
        first=record.first,
        level_percent=record.level_percent,
        seed=draws.seed,
        places=_places(record, reader.places, _Stretches(now, before, year_before, cumulative), draws),
        excluded_days=tuple(day.isoformat() for day in now.excluded_days),
        method=method_words(record),
        basis=record.basis,
        whole=_whole(record, now),
        synthetic=settings.DEMO and (now.synthetic or before.synthetic),
        intervals=record.intervals,
    )


def seed_of(record: RankingRecord, period: Period) -> int:
    """Return the seed of a ranking's draws: from the record's id and the period alone."""
    return int(hashlib.sha256(f"{record.id} {period}".encode()).hexdigest()[:15], 16)


def _previous(period: Period) -> tuple[date, date]:
    return period.previous.first, period.previous.last


def _last_year(period: Period) -> tuple[date, date]:
    """Return the same period of last year; the 53rd week's is the 52nd where there is none."""
    number = min(period.number, 52) if period.span == "week" else period.number
    found = Period(period.span, period.year - 1, number)
    return found.first, found.last


class _Stretches:
    """What is known of the period, the one before, the same of last year, and the year up to its end."""

    def __init__(self, now: Measured, before: Measured, year_before: Measured, cumulative: Measured) -> None:
        self.now, self.before, self.year_before, self.cumulative = now, before, year_before, cumulative


def _places(record: RankingRecord, places: Sequence[Place], found: _Stretches, draws: Draws) -> tuple[RankedPlace, ...]:
    rule = RankRule(record.decimals, record.largest_first, record.level, record.missing == "last")
    counts = [found.now.counts_of(one.code) for one in places]
    drawn = found.now.draw(draws) if found.now.draw and draws.number and any(counts) else None
    standings = with_bands(_ranked(places, found.now, rule), counts, drawn, rule)
    others = [_ranked(places, one, rule) for one in (found.before, found.year_before, found.cumulative)]
    last = last_share(
        [one.rank if counted else None for one, counted in zip(standings, counts, strict=True)],
        record.last_percent or 0,
        ties_in=record.last_ties == "in",
    )
    made = [
        _place(place, found.now, standings[at], [one[at] for one in others], last=last[at])
        for at, place in enumerate(places)
    ]
    return tuple(sorted(made, key=lambda one: (ORDER[one.state], one.rank or 0, one.band or 0)))


def _ranked(places: Sequence[Place], found: Measured, rule: RankRule) -> list[Standing]:
    values = [found.values.get(one.code) for one in places]
    return ranked(values, [found.counts_of(one.code) for one in places], rule)


def _place(place: Place, found: Measured, now: Standing, others: Sequence[Standing], *, last: bool) -> RankedPlace:
    before, year_before, cumulative = others
    absent = found.absent.get(place.code)
    state: State = "ranked" if found.counts_of(place.code) else "excluded" if absent else "missing"
    return RankedPlace(
        code=place.code,
        zh=place.zh,
        en=place.en,
        value=_printed(now),
        exact=None if now.exact is None else float(now.exact),
        rank=now.rank,
        state=state,
        note=absent or found.short.get(place.code, NOTHING),
        tied=now.tied,
        band=now.band,
        low=now.low,
        high=now.high,
        before=_printed(before),
        before_rank=before.rank,
        change=change(*(_fraction(one) for one in (now, before))),
        year_before=_printed(year_before),
        year_change=change(*(_fraction(one) for one in (now, year_before))),
        cumulative=_printed(cumulative),
        cumulative_rank=cumulative.rank,
        last=last,
        counts=found.counts.get(place.code, {}),
    )


def _printed(one: Standing) -> str | None:
    return None if one.printed is None else format(one.printed, "f")


def _fraction(one: Standing) -> Fraction | None:
    return None if one.printed is None else Fraction(one.printed)


def _whole(record: RankingRecord, found: Measured) -> str | None:
    """Return the mean of the places that are ranked, as printed."""
    values = [value for code, value in found.values.items() if found.counts_of(code)]
    return format(half_even(sum(values, Fraction(0)) / len(values), record.decimals), "f") if values else None
