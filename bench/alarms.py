"""Alarms on a district with known faults: recall and delay of each fault, precision of each rule, false alarms, speed.

The default parameters of the packs were tuned on seed 1 only; what is printed comes from other seeds.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from time import perf_counter

import numpy as np

from bench import alarm_world
from bench.alarm_world import JUDGED_FROM, MINUTES, START, Injected, World, build, windows
from bench.figures import Figure
from lantian.analysis.detection.detect import detect
from lantian.analysis.detection.findings import Finding
from lantian.analysis.detection.rules import Rule
from lantian.analysis.detection.window import Grid, Series, Window
from lantian.analysis.proportions import wilson
from lantian.policy.alarms import alarm_rules
from lantian.policy.reader import load_pack

SEEDS = (2, 3)
CLEAN_SEEDS = (4,)
STEP = 10
"""Minutes between sweeps here; the product sweeps every minute."""

PARTICLES = ("frozen-particles", "clipped-particles", "fine-above-coarse", "neighbour-outlier")
ACCEPTED: dict[str, tuple[str, ...]] = {
    "frozen": PARTICLES,
    "clipped": PARTICLES,
    "offline": ("offline",),
    "clock-drift": ("clock-drift",),
    "sprinkling": ("sprinkling",),
    "oxygen": ("oxygen-step",),
    "dust": ("site-pm10-hour", "site-pm10-nearest", "site-pm10-quick"),
    "stack": ("stack-hour",),
    "stopped": ("emitting-while-stopped",),
    "regional": ("regional-pm25", "regional-dust"),
}
"""The rules whose alarm names the fault rightly."""

AFTERWARDS = 90
"""Minutes after the end of a fault in which an alarm is still taken for it: an hour mean tells late."""


@dataclass(frozen=True)
class Raised:
    """An alarm as the sweep would raise it: rule, place, minute."""

    rule: str
    place: str
    minute: int


@dataclass(frozen=True)
class Outcome:
    """One run: what was injected, what was raised, how many individual findings a regional notice covered."""

    world: World
    raised: tuple[Raised, ...]
    covered: int


def shipped_rules() -> tuple[Rule, ...]:
    """Return the rules of the district's pack that raise alarms; those that only observe are left out."""
    pack, day = load_pack("cn-110105-2018"), START.date()
    bound = alarm_rules(pack)
    records = {rule.id: bound.record(rule.id, day) for rule in bound.rules(day)}
    return tuple(rule for rule in bound.rules(day) if (record := records[rule.id]) and not record.observe)


def sweep(world: World, rules: Sequence[Rule], step: int = STEP) -> Outcome:
    """Sweep the judged day as the product does: one alarm of a subject until it has ended."""
    active: set[str] = set()
    raised: list[Raised] = []
    covered: set[str] = set()
    for minute, window in windows(world, step):
        found = detect(rules, replace(window, active=frozenset(active)))
        covered |= {each.subject for each in found if each.covered_by}
        holding = [each for each in found if each.is_individual and each.holds]
        raised += [_raised(each, minute) for each in holding if each.subject not in active]
        active = {each.subject for each in holding}
    return Outcome(world, tuple(raised), len(covered))


def _raised(finding: Finding, minute: int) -> Raised:
    return Raised(finding.rule, finding.point or finding.device or "district", minute)


def explains(what: Injected, alarm: Raised) -> bool:
    """Tell whether an alarm is about an injected fault."""
    meets = what.first <= alarm.minute <= what.last + AFTERWARDS
    return meets and alarm.place == what.place and alarm.rule in ACCEPTED[what.fault]


def by_fault(outcomes: Iterable[Outcome]) -> dict[str, list[float | None]]:
    """Return for each fault the delays in minutes; None for one that was missed."""
    delays: dict[str, list[float | None]] = defaultdict(list)
    for outcome in outcomes:
        for what in outcome.world.truth:
            times = [alarm.minute - what.first for alarm in outcome.raised if explains(what, alarm)]
            delays[what.fault].append(min(times, default=None))
    return dict(delays)


def by_rule(outcomes: Iterable[Outcome]) -> dict[str, tuple[int, int]]:
    """Return for each rule the alarms that name a fault, and all of them."""
    right: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for outcome in outcomes:
        for alarm in outcome.raised:
            every[alarm.rule] += 1
            right[alarm.rule] += any(explains(what, alarm) for what in outcome.world.truth)
    return {rule: (right[rule], count) for rule, count in sorted(every.items())}


def run() -> list[Figure]:
    """Measure, print the two tables on standard error, return the figures."""
    rules = shipped_rules()
    outcomes = [sweep(build(seed), rules) for seed in SEEDS]
    clean = [sweep(build(seed, faults=False), rules) for seed in CLEAN_SEEDS]
    figures = [*_recall(by_fault(outcomes)), *_precision(by_rule(outcomes)), *_clean(clean), *drifting(rules, SEEDS[0])]
    return [*figures, speed(rules)]


def _recall(found: dict[str, list[float | None]]) -> list[Figure]:
    _print(f"{'fault':14}{'injected':>9}{'found':>7}{'recall':>8}{'delay median':>14}{'90 %':>7}  [min]")
    figures = []
    for fault, delays in sorted(found.items()):
        times = np.array([delay for delay in delays if delay is not None], dtype=float)
        middle, late = np.quantile(times, [0.5, 0.9]) if len(times) else (np.nan, np.nan)
        share = len(times) / len(delays)
        _print(f"{fault:14}{len(delays):9}{len(times):7}{share:8.2f}{middle:14.0f}{late:7.0f}")
        figures.append(Figure(f"recall, {fault} ({len(delays)} injected)", share, "share", goal=GOALS.get(fault, 0.9)))
        figures.append(Figure(f"delay, {fault}, median", float(middle), "min"))
        figures.append(Figure(f"delay, {fault}, 90 %", float(late), "min"))
    return figures


GOALS = {"frozen": 0.95, "oxygen": 0.8, "sprinkling": 0.7}
"""Least recall asked for by the method cards; 0.9 where they ask for none."""


def _precision(found: dict[str, tuple[int, int]]) -> list[Figure]:
    _print(f"{'rule':24}{'alarms':>7}{'right':>7}{'precision':>11}  interval (Wilson, 95 %)")
    figures = []
    for rule, (right, count) in found.items():
        interval = wilson(right, count)
        if interval:
            _print(f"{rule:24}{count:7}{right:7}{interval.share:11.2f}  {interval.low:.2f} to {interval.high:.2f}")
            what = f"precision, {rule} ({count} alarms, from {interval.low:.2f})"
            figures.append(Figure(what, interval.share, "share", goal=0.6))
    right, every = sum(each[0] for each in found.values()), sum(each[1] for each in found.values())
    total = wilson(right, every)
    if total:
        _print(f"{'all':24}{every:7}{right:7}{total.share:11.2f}  {total.low:.2f} to {total.high:.2f}")
        figures.append(
            Figure(f"precision, all rules ({every} alarms, from {total.low:.2f})", total.share, "share", goal=0.9)
        )
    return figures


def _clean(outcomes: Sequence[Outcome]) -> list[Figure]:
    """Return the false alarms in 100 point-days of the district without faults."""
    points = sum(len({each.point for each in outcome.world.series}) for outcome in outcomes)
    days = points * (MINUTES - JUDGED_FROM) / alarm_world.DAY
    alarms = [alarm for outcome in outcomes for alarm in outcome.raised]
    _print(f"clean: {len(alarms)} alarms in {days:.0f} point-days: {dict(Counter(alarm.rule for alarm in alarms))}")
    rate = 100 * len(alarms) / days
    return [Figure("false alarms in 100 clean point-days", rate, "alarms", goal=1.0, lower_is_better=True)]


def drifting(rules: Sequence[Rule], seed: int) -> list[Figure]:
    """Measure the drift rule on daily means: half a percent a day from day 26 on, judged on every day."""
    random = np.random.default_rng(seed)
    points, days, begins, drifting_points = 150, 64, 26, 15
    common = 60 * np.exp(0.5 * random.normal(size=days))
    ratio = random.normal(0, 0.09, (points, 1)) + random.normal(0, 0.025, (points, days))
    ratio[:drifting_points] += np.log1p(0.005) * np.clip(np.arange(days) - begins, 0, None)
    values = common * np.exp(ratio)
    where = 116.35 + 0.3 * random.random((points, 2)) - [0, 76.5]
    series = tuple(
        Series(f"p{row}", f"p{row}", "micro", "a34004", longitude=where[row, 0], latitude=where[row, 1])
        for row in range(points)
    )
    chosen = [rule for rule in rules if rule.id == "drift" and rule.channel == "a34004"]
    first: dict[str, int] = {}
    for day in range(26, days):
        nothing = Grid(START, 1, np.full((points, 0), np.nan))
        now = START + timedelta(days=day)
        window = Window(
            now, series, nothing, np.zeros((points, 0), np.uint8), nothing, days=Grid(START, 1440, values[:, :day])
        )
        for finding in detect(chosen, window):
            first.setdefault(finding.point, day)
    delays = [first[f"p{row}"] - begins if f"p{row}" in first else days for row in range(drifting_points)]
    wrong = sum(f"p{row}" in first for row in range(drifting_points, points))
    months = (points - drifting_points) * (days - 26) / 30
    found = sum(0 <= delay <= 21 for delay in delays)
    median = float(np.median(delays))
    _print(
        f"drift of 0.5 %/day: {found} of {drifting_points} within 21 days, median {median:.0f} d; "
        f"{wrong} false in {months:.0f} sensor-months"
    )
    return [
        Figure("recall, drift of 0.5 %/day within 21 days", found / drifting_points, "share", goal=0.9),
        Figure("delay, drift of 0.5 %/day, median", median, "d", goal=21, lower_is_better=True),
        Figure("false drift in 100 sensor-months", 100 * wrong / months, "alarms", goal=1.0, lower_is_better=True),
    ]


def speed(rules: Sequence[Rule]) -> Figure:
    """Time one judgement of 2,000 points with 10 factors over 180 minutes."""
    window = _large()
    seconds = []
    for _ in range(3):
        fresh = replace(window)  # without what was remembered
        started = perf_counter()
        detect(rules, fresh)
        seconds.append(perf_counter() - started)
    return Figure("detect, 2,000 points x 10 factors x 180 min", min(seconds), "s", goal=1.5, lower_is_better=True)


def _large() -> Window:
    random = np.random.default_rng(9)
    kinds = {"station": 20, "micro": 600, "dust": 900, "stack": 400, "voc": 80}
    channels = ("a34004", "a34002", "a34001", "a21026", "a21004", "a05024", "a01002", "a21002", "a19001", "a01011")
    places = [f"{kind}-{number}" for kind, count in kinds.items() for number in range(count)]
    series = tuple(
        Series(
            place,
            place,
            place.split("-")[0],
            channel,
            "µg/m³",
            "",
            116.3 + 0.4 * (hash_ % 97) / 97,
            39.8 + 0.3 * (hash_ % 89) / 89,
        )
        for hash_, place in enumerate(places)
        for channel in channels
    )
    rows = len(series)
    minutes = np.round(60 + 8 * random.standard_normal((rows, 180)))
    now = START + timedelta(days=2)
    return Window(
        now,
        series,
        Grid(now - timedelta(minutes=180), 1, minutes),
        np.zeros((rows, 180), dtype=np.uint8),
        Grid(now - timedelta(hours=48), 60, 60 + 8 * random.standard_normal((rows, 48))),
        Grid(now - timedelta(days=1), 15, 60 + 8 * random.standard_normal((rows, 96))),
        Grid(now - timedelta(days=21), 1440, 60 + 2 * random.standard_normal((rows, 21))),
    )


def _print(text: str) -> None:
    print(text, file=sys.stderr)
