"""A small district with known faults (已知真值的模拟区), to measure what the alarm rules find and miss.

Every draw comes from one seed. Three days of minutes: two to fill the hours, the third is judged. Weather moves all
points together; clean traps are in it too: a shower, lost packets, calibrations, plants that stop and start.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from lantian.analysis.detection.measure import block_means
from lantian.analysis.detection.window import Codes, Floats, Grid, LinkFacts, Series, Window, flag_code

START = datetime(2026, 1, 12, 16, tzinfo=UTC)
"""Beijing midnight of the first day."""

DAY = 1440
MINUTES = 3 * DAY
JUDGED_FROM = 2 * DAY
WINDOW = 180

PM25, PM10, TSP, HUMIDITY = "a34004", "a34002", "a34001", "a01002"
NOX, SO2, DUST, OXYGEN, SPEED, TEMPERATURE = "a21002", "a21026", "a34013", "a19001", "a01011", "a01012"
LIMITS = {NOX: 150.0, SO2: 50.0, DUST: 20.0}


@dataclass(frozen=True)
class Injected:
    """A fault or a real event: where, from which minute to which."""

    fault: str
    place: str
    first: int
    last: int


@dataclass(eq=False)
class World:
    """All series of the district, with what was done to them."""

    series: list[Series] = field(default_factory=list)
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    values: list[Floats] = field(default_factory=list)
    truth: list[Injected] = field(default_factory=list)
    clocks: dict[str, tuple[int, float]] = field(default_factory=dict)

    def add(self, place: str, kind: str, channels: dict[str, Floats], where: tuple[float, float]) -> None:
        """Add a point with its channels."""
        details: dict[str, object] = {"limits": LIMITS, "reference_oxygen": 9.0} if kind == "stack" else {}
        for channel, values in channels.items():
            decimals = 1 if kind == "stack" else 0
            self.rows[place, channel] = len(self.values)
            self.values.append(np.asarray(np.round(np.maximum(values, 0.0), decimals), dtype=np.float64))
            high = {PM25: 1000.0, PM10: 5000.0}.get(channel)
            self.series.append(
                Series(
                    place,
                    f"{place}-d",
                    kind,
                    channel,
                    "",
                    "",
                    where[0],
                    where[1],
                    high=high,
                    decimals=decimals,
                    details=details,
                )
            )

    def of(self, place: str, channel: str) -> Floats:
        """Return the values of a channel, to be changed in place."""
        return self.values[self.rows[place, channel]]

    def places(self, kind: str) -> list[str]:
        """Return the points of a kind."""
        return list(dict.fromkeys(each.point for each in self.series if each.kind == kind))


def build(seed: int, *, faults: bool = True, size: float = 1.0) -> World:
    """Make a district; without faults it is clean: weather, noise and traps only."""
    random = np.random.default_rng(seed)
    world = World()
    episode = random.integers(JUDGED_FROM + 600, JUDGED_FROM + 800) if faults else None
    weather = _weather(random, None if episode is None else int(episode))
    for kind, count in (("station", 12), ("micro", round(100 * size)), ("dust", round(100 * size))):
        for number in range(count):
            place = f"{kind}-{number:03}"
            where = (116.35 + 0.3 * random.random(), 39.83 + 0.24 * random.random())
            world.add(place, kind, _ambient(random, kind, weather), where)
    for number in range(round(50 * size)):
        world.add(f"stack-{number:03}", "stack", _stack(random), (116.5, 39.9))
    if faults:
        world.truth.append(Injected("regional", "district", int(episode or 0), int(episode or 0) + 300))
        _inject(random, world)
    _lose_packets(random, world)
    return world


def _walk(random: np.random.Generator, count: int, memory: float, spread: float) -> Floats:
    """Return an AR(1) course with a given standard deviation."""
    steps = random.normal(0.0, spread * np.sqrt(1 - memory**2), count)
    course = np.empty(count)
    course[0] = random.normal(0.0, spread)
    for index in range(1, count):
        course[index] = memory * course[index - 1] + steps[index]
    return course


def _weather(random: np.random.Generator, episode: int | None) -> dict[str, Floats]:
    clock = np.arange(MINUTES) % DAY / DAY
    pm25 = 55 * np.exp(_walk(random, MINUTES, 0.9995, 0.35) + 0.15 * np.cos(2 * np.pi * (clock - 0.95)))
    if episode is not None:
        since = np.clip((np.arange(MINUTES) - episode) / 150, 0, 1)
        fall = np.clip((np.arange(MINUTES) - episode - 300) / 120, 0, 1)
        pm25 = pm25 + 110 * since * (1 - fall)
    humidity = 50 - 18 * np.sin(2 * np.pi * (clock - 0.3)) + _walk(random, MINUTES, 0.998, 5)
    shower = int(random.integers(JUDGED_FROM + 60, JUDGED_FROM + 400))
    wet = np.clip((np.arange(MINUTES) - shower) / 15, 0, 1) * np.clip((shower + 90 - np.arange(MINUTES)) / 30, 0, 1)
    return {"pm25": pm25 * (1 - 0.35 * wet), "humidity": np.clip(humidity + 25 * wet, 10, 98), "clock": clock}


def _ambient(random: np.random.Generator, kind: str, weather: dict[str, Floats]) -> dict[str, Floats]:
    noise = 0.03 if kind == "station" else 0.05
    gain = np.exp(random.normal(0, 0.04 if kind == "station" else 0.09) + _walk(random, MINUTES, 0.995, 0.05))
    fine = weather["pm25"] * gain * np.exp(_walk(random, MINUTES, 0.7, noise)) + random.normal(0, 1, MINUTES)
    share = np.clip(0.62 + random.normal(0, 0.05) + _walk(random, MINUTES, 0.995, 0.05), 0.35, 0.9)
    coarse = fine / share * np.exp(_walk(random, MINUTES, 0.5, noise))
    humidity = np.clip(weather["humidity"] + random.normal(0, 2) + _walk(random, MINUTES, 0.9, 1), 5, 100)
    if kind != "dust":
        return {PM25: fine, PM10: coarse, HUMIDITY: humidity}
    work = (weather["clock"] > 0.29) & (weather["clock"] < 0.77)
    coarse = coarse + work * 12 * np.exp(_walk(random, MINUTES, 0.97, 0.6))
    return {PM10: coarse, PM25: fine + 1, TSP: coarse * 1.6, HUMIDITY: humidity}


def _stack(random: np.random.Generator) -> dict[str, Floats]:
    load = np.clip(
        0.75 + np.repeat(random.normal(0, 0.1, MINUTES // 240), 240) + _walk(random, MINUTES, 0.98, 0.04), 0.3, 1
    )
    running = np.ones(MINUTES)
    if random.random() < 0.3:  # stops for some hours of each night
        running = ((np.arange(MINUTES) - 300) % DAY > 260).astype(float)
    speed = (12 * load + random.normal(0, 0.2, MINUTES)) * running
    heat = np.convolve(running, np.ones(30) / 30, mode="same")
    oxygen = (8 + 4 * (0.75 - load) + _walk(random, MINUTES, 0.95, 0.2)) * running + 20.9 * (1 - running)
    level = random.uniform(0.35, 0.75)
    nox = (150 * level * np.exp(_walk(random, MINUTES, 0.97, 0.08))) * running
    sulphur = (50 * level * 0.6 * np.exp(_walk(random, MINUTES, 0.97, 0.12))) * running
    dust = (20 * level * 0.5 * np.exp(_walk(random, MINUTES, 0.95, 0.12))) * running
    temperature = 30 + (90 + 40 * load) * heat + random.normal(0, 0.5, MINUTES)
    return {NOX: nox, SO2: sulphur, DUST: dust, OXYGEN: oxygen, SPEED: speed, TEMPERATURE: temperature}


FAULTS = {
    "frozen": ("micro", 6, 240),
    "clipped": ("micro", 5, 420),
    "offline": ("micro", 6, 240),
    "clock-drift": ("micro", 5, 600),
    "sprinkling": ("station", 4, 45),
    "oxygen": ("stack", 6, 300),
    "dust": ("dust", 8, 180),
    "stack": ("stack", 5, 240),
    "stopped": ("stack", 3, 180),
}
"""What is injected: into which kind, how often, for how many minutes; names as in the device simulator."""


def _inject(random: np.random.Generator, world: World) -> None:
    taken: set[str] = set()
    for fault, (kind, count, minutes) in FAULTS.items():
        free = [place for place in world.places(kind) if place not in taken]
        for place in random.choice(free, min(count, len(free)), replace=False):
            first = int(random.integers(JUDGED_FROM + 30, MINUTES - minutes - 90))
            taken.add(str(place))
            world.truth.append(Injected(fault, str(place), first, first + minutes))
            _apply(random, world, world.truth[-1])


def _apply(random: np.random.Generator, world: World, what: Injected) -> None:
    APPLY[what.fault](random, world, what)


def _change(world: World, what: Injected, channel: str, times: float, plus: float = 0.0) -> None:
    values, decimals = world.of(what.place, channel), world.series[world.rows[what.place, channel]].decimals
    span = slice(what.first, what.last)
    values[span] = np.round(np.maximum(values[span] * times + plus, 0.0), decimals)


def _freeze(_random: np.random.Generator, world: World, what: Injected) -> None:
    for channel in (PM25, PM10):
        values = world.of(what.place, channel)
        values[what.first : what.last] = values[what.first]


def _clip(_random: np.random.Generator, world: World, what: Injected) -> None:
    values = world.of(what.place, PM10)[what.first : what.last]
    values[:] = np.minimum(values, np.round(np.quantile(values, 0.5)))


def _silence(_random: np.random.Generator, world: World, what: Injected) -> None:
    for row, series in enumerate(world.series):
        if series.point == what.place:
            world.values[row][what.first : what.last] = np.nan


def _shift_clock(random: np.random.Generator, world: World, what: Injected) -> None:
    world.clocks[what.place] = (what.first, float(random.choice([-1, 1]) * random.uniform(400, 1500)))


def _sprinkle(_random: np.random.Generator, world: World, what: Injected) -> None:
    _change(world, what, PM10, 0.6)
    _change(world, what, PM25, 0.85)
    _change(world, what, HUMIDITY, 1.0, 14)


def _lower_oxygen(_random: np.random.Generator, world: World, what: Injected) -> None:
    _change(world, what, OXYGEN, 1.0, -2.0)


def _raise_dust(random: np.random.Generator, world: World, what: Injected) -> None:
    extra = random.uniform(150, 500) * np.exp(_walk(random, what.last - what.first, 0.9, 0.25))
    for channel, times in ((PM10, 1.0), (TSP, 1.7), (PM25, 0.12)):
        world.of(what.place, channel)[what.first : what.last] += np.round(extra * times)


def _raise_nox(random: np.random.Generator, world: World, what: Injected) -> None:
    usual = float(np.mean(world.of(what.place, NOX)[what.first : what.last]))
    _change(world, what, NOX, random.uniform(1.5, 3.0) * LIMITS[NOX] / usual)


def _stop_fan(_random: np.random.Generator, world: World, what: Injected) -> None:
    _change(world, what, SPEED, 0.0)


APPLY: Mapping[str, Callable[[np.random.Generator, World, Injected], None]] = {
    "frozen": _freeze,
    "clipped": _clip,
    "offline": _silence,
    "clock-drift": _shift_clock,
    "sprinkling": _sprinkle,
    "oxygen": _lower_oxygen,
    "dust": _raise_dust,
    "stack": _raise_nox,
    "stopped": _stop_fan,
}


def _lose_packets(random: np.random.Generator, world: World) -> None:
    """Lose single packets, and now and then an hour, of whole devices."""
    lost: dict[str, Floats] = {}
    for series, values in zip(world.series, world.values, strict=True):
        if series.device not in lost:
            gaps = random.random(MINUTES) < 0.005
            start = int(random.integers(0, MINUTES)) if random.random() < 0.3 else MINUTES
            gaps[start : start + int(random.integers(5, 25))] = True
            lost[series.device] = gaps.astype(float)
        values[lost[series.device] > 0] = np.nan


def flags_of(world: World) -> Codes:
    """Return the data flags: a calibration of each stack every day, of fifteen minutes."""
    flags = np.zeros((len(world.series), MINUTES), dtype=np.uint8)
    for row, series in enumerate(world.series):
        if series.kind == "stack":
            start = 90 + 7 * int(series.point[-3:])
            for day in range(3):
                flags[row, day * DAY + start : day * DAY + start + 15] = flag_code("C")
    return flags


def windows(world: World, step: int) -> Iterator[tuple[int, Window]]:
    """Yield the windows of a sweep every ``step`` minutes of the judged day; ``active`` is left to the caller."""
    values, flags = np.stack(world.values), flags_of(world)
    usable = np.where(flags == 0, values, np.nan)
    hours = block_means(Grid(START, 1, usable), 60, np.ones(len(values)))
    quarters = block_means(Grid(START, 1, usable), 15, np.ones(len(values)))
    seen = _last_seen(world, values)
    for now in range(JUDGED_FROM + 60, MINUTES + 1, step):
        last_hour, last_quarter = now // 60, now // 15
        yield (
            now,
            Window(
                now=START + timedelta(minutes=now),
                series=tuple(world.series),
                minutes=Grid(START + timedelta(minutes=now - WINDOW), 1, values[:, now - WINDOW : now]),
                flags=flags[:, now - WINDOW : now],
                hours=Grid(hours.at(last_hour - 48), 60, hours.values[:, last_hour - 48 : last_hour]),
                quarters=Grid(quarters.at(last_quarter - 96), 15, quarters.values[:, last_quarter - 96 : last_quarter]),
                links=tuple(_links(world, seen, now)),
            ),
        )


def _last_seen(world: World, values: Floats) -> dict[str, Floats]:
    """Return for each point the minute of its newest data, at each minute."""
    steps = np.arange(values.shape[1], dtype=np.float64)
    first = {series.point: row for row, series in reversed(list(enumerate(world.series)))}
    return {point: np.maximum.accumulate(np.where(np.isnan(values[row]), -1.0, steps)) for point, row in first.items()}


def _links(world: World, seen: dict[str, Floats], now: int) -> Iterator[LinkFacts]:
    for point, course in seen.items():
        since, offset = world.clocks.get(point, (MINUTES, 0.0))
        yield LinkFacts(
            device=f"{point}-d",
            kind=point[:-4],
            point=point,
            last_frame=START + timedelta(minutes=float(course[now - 1]) + 1),
            clock_offset_s=offset if now > since else 2.0,
            periods=1440,
        )
