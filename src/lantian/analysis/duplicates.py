"""Reports of the same thing (重复投诉): by place, time and wording; what is found is suggested, a person decides.

Wording is compared by pairs of neighbouring characters, which needs no dictionary and serves Chinese and English
alike: Dice's coefficient, twice what two texts share over what both have (L. R. Dice, Ecology 26, 1945).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import cos, hypot, radians

from shapely import Point, STRtree

from lantian.analysis.charging import M_PER_DEGREE, on_plane

Spot = tuple[float, float]
"""Longitude and latitude in degrees, WGS-84."""


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reported. at: when it happened. spot: where on the map, None when it is told in words alone."""

    id: str
    at: datetime
    text: str
    place: str = ""
    spot: Spot | None = None
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How near two reports have to be. metres, time: apart at most. likeness: of the wording, at least, 0 to 1.

    likeness_of_place: of the place told in words, where one of the two has no position.
    """

    metres: float
    time: timedelta
    likeness: Fraction
    likeness_of_place: Fraction


@dataclass(frozen=True, slots=True)
class Match:
    """Why a report looks like an earlier one. metres: apart, None where one has no position."""

    id: str
    metres: float | None
    apart: timedelta
    likeness: Fraction
    likeness_of_place: Fraction


def likeness(one: str, other: str) -> Fraction:
    """Return how alike two texts are, 0 to 1: pairs of letters that both have, counted as often as both have them.

    >>> likeness("工地夜间施工扬尘", "夜间工地扬尘")  # 工地 夜间 扬尘 in both: 2 × 3 / (7 + 5)
    Fraction(1, 2)
    """
    first, second = pairs(one), pairs(other)
    whole = first.total() + second.total()
    return Fraction(2 * (first & second).total(), whole) if whole else Fraction(0)


def pairs(text: str) -> Counter[str]:
    """Return the pairs of neighbouring letters and digits; what stands between them, such as commas, is left out.

    >>> sorted(pairs("扬尘，大！"))
    ['尘大', '扬尘']
    """
    plain = "".join(letter for letter in text.casefold() if letter.isalnum())
    return Counter(plain[place : place + 2] for place in range(len(plain) - 1))


def metres_between(one: Spot, other: Spot) -> float:
    """Return the distance on the plane that touches the middle latitude [m]; a district wide it errs below 0.1 %.

    >>> round(metres_between((116.48, 39.92), (116.48, 39.93)))  # a hundredth of a degree
    1112
    """
    middle = radians((one[1] + other[1]) / 2)
    return M_PER_DEGREE * hypot((one[0] - other[0]) * cos(middle), one[1] - other[1])


def match(new: Report, old: Report, limits: Limits) -> Match | None:
    """Return why two reports may be of the same thing, or None; limits are inclusive. It is the same both ways."""
    apart = abs(new.at - old.at)
    if new.id == old.id or apart > limits.time or (new.topic and old.topic and new.topic != old.topic):
        return None
    words, place = likeness(new.text, old.text), likeness(new.place, old.place)
    metres = metres_between(new.spot, old.spot) if new.spot and old.spot else None
    near = place >= limits.likeness_of_place if metres is None else metres <= limits.metres
    return Match(old.id, metres, apart, words, place) if near and words >= limits.likeness else None


def suggestions(new: Report, earlier: Iterable[Report], limits: Limits) -> tuple[Match, ...]:
    """Return the earlier reports that the new one may repeat, the most alike in wording first, then the nearest."""
    found = [one for old in earlier if (one := match(new, old, limits)) is not None]
    return tuple(sorted(found, key=lambda one: (-one.likeness, one.metres is None, one.metres or 0.0, one.id)))


@dataclass(frozen=True, slots=True)
class Repeated:
    """A place of which many report the same topic. spot: the middle of the reports."""

    topic: str
    spot: Spot
    ids: tuple[str, ...]


def repeated(reports: Sequence[Report], metres: float, least: int) -> tuple[Repeated, ...]:
    """Return the places with at least so many reports of one topic, the most reported first.

    Reports belong together when a chain of steps of at most ``metres`` leads from one to the other; those without a
    position or topic belong nowhere.
    """
    spotted = [(one, one.spot) for one in reports if one.spot and one.topic]
    if not spotted:
        return ()
    east, north = zip(*(spot for _, spot in spotted), strict=True)
    spots = [Point(at) for at in on_plane(east, north, sum(north) / len(north))]
    heads = list(range(len(spotted)))
    for one, other in STRtree(spots).query(spots, predicate="dwithin", distance=metres).T.tolist():
        if spotted[one][0].topic == spotted[other][0].topic:
            heads[_head(heads, one)] = _head(heads, other)
    groups: dict[int, list[Report]] = {}
    for place, (report, _) in enumerate(spotted):
        groups.setdefault(_head(heads, place), []).append(report)
    many = [_repeated(group) for group in groups.values() if len(group) >= least]
    return tuple(sorted(many, key=lambda one: (-len(one.ids), one.ids)))


def _head(heads: list[int], place: int) -> int:
    """The head of a report's group; the way to it is shortened as it is walked."""
    while heads[place] != place:
        heads[place] = heads[heads[place]]
        place = heads[place]
    return place


def _repeated(group: Sequence[Report]) -> Repeated:
    spots = [one.spot for one in group if one.spot]
    middle = (sum(spot[0] for spot in spots) / len(spots), sum(spot[1] for spot in spots) / len(spots))
    return Repeated(group[0].topic, middle, tuple(sorted(one.id for one in group)))
