"""A ranking of a period as plain data (排名表): what a page shows, a bulletin prints and a snapshot keeps as JSON.

Nothing here is read again from a store: the table holds each place's printed value, rank, interval, band, what it was
before and why it stands outside, and how all of it came about in words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal, cast

from lantian.analysis.league import Change, Way
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.periods import Period
from lantian.policy.records_ranking import Intervals

FORMAT = 1

State = Literal["ranked", "missing", "excluded"]
"""``missing``: too little data; ``excluded``: not part of the ranking, as a place that has nothing of the kind."""

Count = int | str

NOTHING = Text("", "")
UNKNOWN = Change("none")


class RankingError(LantianError):
    """A ranking that cannot be made or read."""


@dataclass(frozen=True)
class RankedPlace:
    """How a place stands. value: as printed; exact: before rounding. low, high: ends of the interval of its rank.

    before, change: the printed value of the period before, and how it moved since; year_before, year_change: those of
    the same period of last year. cumulative: from the first of January to the end of the period. band: from 1.
    last: whether it belongs to the share at the end that must act. counts: what the value rests on, by name.
    """

    code: str
    zh: str
    en: str
    value: str | None
    exact: float | None
    rank: int | None
    state: State
    note: Text = NOTHING
    tied: int = 1
    band: int | None = None
    low: float | None = None
    high: float | None = None
    before: str | None = None
    before_rank: int | None = None
    change: Change = UNKNOWN
    year_before: str | None = None
    year_change: Change = UNKNOWN
    cumulative: str | None = None
    cumulative_rank: int | None = None
    last: bool = False
    counts: Mapping[str, Count] = field(default_factory=dict)

    @property
    def name(self) -> Text:
        """What it is called."""
        return Text(self.zh, self.en)

    @property
    def climb(self) -> Change:
        """How its rank moved since the period before; up is towards the first place."""
        if self.rank is None or self.before_rank is None:
            return Change("none")
        moved = self.before_rank - self.rank
        return Change("equal") if not moved else Change("up" if moved > 0 else "down", Fraction(abs(moved)))


@dataclass(frozen=True)
class RankingTable:
    """The ranking of a period as it was known at an instant.

    record: its id in the pack ``pack``. of: what is ranked. places: in the order of their ranks, those without behind.
    excluded_days: left out for all, as ISO days. method: how it was made, in words with the rule's source. whole: the
    value of all places together as printed, None where that has no meaning. seed: of the resampled draws; intervals:
    how they follow from these, ``blocks`` in tables that do not say.
    """

    record: str
    pack: str
    zh: str
    en: str
    subject: str
    of: str
    period: str
    known_at: datetime
    unit: str
    decimals: int
    first: str
    level_percent: int
    seed: int
    places: tuple[RankedPlace, ...]
    excluded_days: tuple[str, ...] = ()
    method: Text = NOTHING
    basis: Text = NOTHING
    whole: str | None = None
    synthetic: bool = False
    intervals: Intervals = "blocks"

    @property
    def name(self) -> Text:
        """What is ranked."""
        return Text(self.zh, self.en)

    @property
    def ranked(self) -> tuple[RankedPlace, ...]:
        """The places that have a rank by their data, the first first."""
        return tuple(one for one in self.places if one.state == "ranked")

    @property
    def missing(self) -> tuple[RankedPlace, ...]:
        """The places with too little data."""
        return tuple(one for one in self.places if one.state == "missing")

    @property
    def bands(self) -> int:
        """How many bands there are."""
        return max((one.band or 0 for one in self.places), default=0)

    def of_place(self, code: str) -> RankedPlace | None:
        """Return a place by code."""
        return next((one for one in self.places if one.code == code), None)

    @property
    def of_period(self) -> Period:
        """The period."""
        return Period.read(self.period)


def written(table: RankingTable) -> dict[str, Any]:
    """Return a table as JSON."""
    plain = {name: getattr(table, name) for name in PLAIN}
    return {
        "format": FORMAT,
        **plain,
        "intervals": table.intervals,
        "known_at": table.known_at.isoformat(),
        "places": [_place_written(one) for one in table.places],
        "excluded_days": list(table.excluded_days),
        "method": _text_written(table.method),
        "basis": _text_written(table.basis),
    }


PLAIN = (
    "record", "pack", "zh", "en", "subject", "of", "period", "unit", "decimals", "first", "level_percent", "seed",
    "whole", "synthetic",
)  # fmt: skip
"""Fields of a table that JSON holds as they are."""

PLACE_PLAIN = (
    "code", "zh", "en", "value", "exact", "rank", "state", "tied", "band", "low", "high", "before", "before_rank",
    "year_before", "cumulative", "cumulative_rank", "last",
)  # fmt: skip
"""Fields of a place that JSON holds as they are."""


def _place_written(one: RankedPlace) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in PLACE_PLAIN},
        "note": _text_written(one.note),
        "change": [one.change.way, str(one.change.by)],
        "year_change": [one.year_change.way, str(one.year_change.by)],
        "counts": dict(one.counts),
    }


def _text_written(text: Text) -> list[str]:
    return [text.zh, text.en]


def read(data: Mapping[str, Any]) -> RankingTable:
    """Read a table from JSON; raises RankingError when it is of another format."""
    try:
        return _read(data)
    except (KeyError, TypeError, ValueError) as error:
        raise RankingError(Text(f"不是排名表：{error}", f"This is no ranking: {error}")) from error


def _read(data: Mapping[str, Any]) -> RankingTable:
    if data["format"] != FORMAT:
        raise ValueError(f"format {data['format']}")
    return RankingTable(
        **{name: data[name] for name in PLAIN},
        known_at=datetime.fromisoformat(data["known_at"]),
        places=tuple(_place_read(one) for one in data["places"]),
        excluded_days=tuple(data["excluded_days"]),
        method=Text(*data["method"]),
        basis=Text(*data["basis"]),
        intervals=data.get("intervals", "blocks"),
    )


def _place_read(one: Mapping[str, Any]) -> RankedPlace:
    return RankedPlace(
        **{name: one[name] for name in PLACE_PLAIN},
        note=Text(*one["note"]),
        change=_change_read(one["change"]),
        year_change=_change_read(one["year_change"]),
        counts=dict(one["counts"]),
    )


def _change_read(pair: Sequence[str]) -> Change:
    way, by = pair
    return Change(cast("Way", way), Fraction(by))
