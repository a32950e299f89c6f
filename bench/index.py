"""Daily and real-time indices over arrays, beside two public packages where they are installed."""

import importlib
from collections.abc import Callable
from datetime import date
from time import perf_counter

import numpy as np

from bench.figures import Figure
from lantian.airquality.daily import day_grid
from lantian.airquality.evaluation import evaluate
from lantian.airquality.grid import HourGrid, to_micro
from lantian.airquality.index_arrays import daily_index_grid, hourly_index_grid
from lantian.kernel.factors import SIX
from lantian.policy.air import AirRules, air_rules
from lantian.policy.reader import load_pack

STATIONS, FIRST, DAYS = 35, date(2017, 1, 1), 1461
GOAL_HOURS = 10_000_000
GOAL_EVALUATION_S = 1.0
PEER_CELLS = 2_000


def run() -> list[Figure]:
    """Measure station-hours a second of the index, and the evaluation of 35 stations over four years."""
    air = air_rules(load_pack("cn"))
    hours = _hours()
    size = STATIONS * DAYS * 24
    edition = air.edition("2012")
    days = day_grid(hours, air.validity(FIRST))
    real_time = size / _best(lambda: hourly_index_grid(hours, edition))
    daily = size / _best(lambda: daily_index_grid(day_grid(hours, air.validity(FIRST)), edition))
    seconds = _best(lambda: _evaluate(hours, air))
    cells = [[float(value) for value in row] for row in np.random.default_rng(2).integers(1, 400, (PEER_CELLS, 6))]
    day_rate = STATIONS * DAYS / _best(lambda: daily_index_grid(days, edition))
    return [
        Figure("real-time index of six items", round(real_time), "station-hours/s", goal=GOAL_HOURS),
        Figure("daily means and daily index of hours", round(daily), "station-hours/s", goal=GOAL_HOURS),
        *(_against(name, peer, cells, day_rate) for name, peer in PEERS.items()),
        Figure(
            "evaluation of 35 stations over 4 years of hours",
            round(seconds, 3),
            "s",
            goal=GOAL_EVALUATION_S,
            lower_is_better=True,
        ),
    ]


def _hours() -> HourGrid:
    random = np.random.default_rng(1)
    values = random.integers(1, 400, (STATIONS, len(SIX), DAYS * 24)).astype(np.float64)
    values[:, SIX.index(SIX[4])] /= 100
    values[random.random(values.shape) < 0.02] = np.nan
    return HourGrid(tuple(f"s{number}" for number in range(STATIONS)), FIRST, SIX, to_micro(values))


def _evaluate(hours: HourGrid, air: AirRules) -> None:
    days = day_grid(hours, air.validity(FIRST))
    for year in range(2017, 2021):
        evaluate(days, year, air.evaluation(date(year, 12, 31)))


def _best(work: Callable[[], object], repeats: int = 3) -> float:
    times = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def _python_aqi(cells: list[list[float]]) -> None:
    aqi = importlib.import_module("aqi")
    names = ("pm25", "pm10", "so2_24h", "no2_24h", "co_24h", "o3_8h")
    for row in cells:
        for name, value in zip(names, row, strict=True):
            aqi.to_iaqi(name, str(value / 100 if name == "co_24h" else int(value)), algo=aqi.ALGO_MEP)


def _aqi_hub(cells: list[list[float]]) -> None:
    calculate = importlib.import_module("aqi_hub.aqi_cn.aqi").cal_aqi_cn
    for pm25, pm10, so2, no2, co, o3 in cells:
        calculate(pm25=pm25, pm10=pm10, so2=so2, no2=no2, co=co / 100, o3=o3, data_type="daily")


PEERS: dict[str, Callable[[list[list[float]]], None]] = {"python-aqi": _python_aqi, "aqi-hub": _aqi_hub}


def _against(name: str, peer: Callable[[list[list[float]]], None], cells: list[list[float]], ours: float) -> Figure:
    what = f"daily index beside {name}"
    try:
        theirs = len(cells) / _best(lambda: peer(cells), repeats=1)
    except ImportError:
        return Figure(what, round(ours), "station-days/s", peer=f"{name} is not installed")
    return Figure(what, round(ours), "station-days/s", peer=name, peer_value=round(theirs))
