"""Mechanisms that look at tracks (车辆轨迹): forbidden places and hours, permitted courses."""

import numpy as np

from lantian.analysis.detection import wording
from lantian.analysis.detection.findings import Condition, Finding, subject_key
from lantian.analysis.detection.rules import Fence, Route, Rule
from lantian.analysis.detection.window import Bools, Floats, Track, Window, to_km
from lantian.kernel.errors import Text

_EIGHT_HOURS_S = 8 * 3600
_DAY_S = 86400


def fence(rule: Rule, mechanism: Fence, window: Window) -> list[Finding]:
    """Find vehicles inside a polygon, or anywhere if none is given, at forbidden hours, or faster than allowed."""
    polygon = np.array(mechanism.polygon, dtype=np.float64).reshape(-1, 2)
    hours = Text(f"{mechanism.from_hour}–{mechanism.to_hour} 时", f"{mechanism.from_hour}:00–{mechanism.to_hour}:00")
    row = wording.row(Text("禁行时段", "forbidden hours"), hours, hours)
    found = []
    for track in _of_kinds(rule, window):
        breaks = (track.speed_kmh > mechanism.speed_above) & _at_hours(track, mechanism)
        if len(polygon):
            breaks &= inside(np.stack([track.longitude, track.latitude], 1), polygon)
        found += _held(rule, window, track, breaks, (track.speed_kmh, mechanism.speed_above, (row,)))
    return found


def route(rule: Rule, mechanism: Route, window: Window) -> list[Finding]:
    """Find vehicles away from the course they were permitted."""
    found = []
    for track in _of_kinds(rule, window):
        if len(track.route) > 1:
            away, most = distance_km(track), track.corridor_km or mechanism.distance_km
            limit = wording.amount(most, "km", "> ")
            label = Text("偏离准运路线", "away from the permitted course")
            row = wording.row(label, wording.amount(float(np.max(away, initial=0.0)), "km"), limit)
            found += _held(rule, window, track, away > most, (away, most, (row,)))
    return found


def inside(points: Floats, polygon: Floats) -> Bools:
    """Tell which points lie in a polygon [°E, °N]: an odd number of edges lies east of them.

    >>> square = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])
    >>> inside(np.array([[1.0, 1.0], [3.0, 1.0]]), square).tolist()
    [True, False]
    """
    x, y = points[:, :1], points[:, 1:]
    x1, y1 = polygon[:, 0], polygon[:, 1]
    x2, y2 = np.roll(x1, -1), np.roll(y1, -1)
    crosses = (y1 > y) != (y2 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        east = x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
    return np.asarray((crosses & east).sum(axis=1) % 2 == 1)


def distance_km(track: Track) -> Floats:
    """Return how far each position lies from the permitted course [km]."""
    course = np.array(track.route, dtype=np.float64)
    plane = to_km(np.concatenate([course, np.stack([track.longitude, track.latitude], 1)]))
    start, along = plane[: len(course) - 1], np.diff(plane[: len(course)], axis=0)
    points = plane[len(course) :, np.newaxis, :]
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip(((points - start) * along).sum(axis=2) / length, 0.0, 1.0)
    return np.asarray(np.hypot(*np.moveaxis(points - start - share[:, :, np.newaxis] * along, 2, 0)).min(axis=1))


def _of_kinds(rule: Rule, window: Window) -> list[Track]:
    return [track for track in window.tracks if track.kind in rule.kinds and len(track.seconds)]


def _at_hours(track: Track, mechanism: Fence) -> Bools:
    hour = ((track.seconds + _EIGHT_HOURS_S) % _DAY_S) // 3600
    first, last = mechanism.from_hour, mechanism.to_hour
    if first < last:
        return np.asarray((hour >= first) & (hour < last))
    return np.asarray((hour >= first) | (hour < last))


def _held(
    rule: Rule, window: Window, track: Track, breaks: Bools, what: tuple[Floats, float, tuple[Condition, ...]]
) -> list[Finding]:
    """Return the last stretch of positions that all break the rule, if it lasted long enough."""
    values, limit, conditions = what
    steps = np.flatnonzero(breaks)
    if not len(steps):
        return []
    ends = np.flatnonzero(np.diff(steps) > 1)
    first, last = int(steps[ends[-1] + 1 if len(ends) else 0]), int(steps[-1])
    start, end = (window.now.fromtimestamp(track.seconds[step], window.now.tzinfo) for step in (first, last))
    if (end - start).total_seconds() < 60 * rule.minimum_minutes:
        return []
    peak = first + int(np.argmax(values[first : last + 1]))
    where = [float(track.longitude[peak]), float(track.latitude[peak])]
    return [
        Finding(
            rule=rule.id,
            subject=subject_key(rule.id, track.device),
            point="",
            device=track.device,
            area=track.area,
            factor="",
            start=start,
            end=end,
            peak=float(values[peak]),
            peak_at=window.now.fromtimestamp(track.seconds[peak], window.now.tzinfo),
            limit=limit,
            unit=rule.unit,
            level=rule.level,
            conditions=(*conditions, wording.lasted(start, end, rule.minimum_minutes)),
            judged_at=window.now,
            holds=last == len(track.seconds) - 1,
            evidence={"position": where},
        )
    ]
