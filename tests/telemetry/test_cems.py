"""A stack's day from its frames: conversion, validity, flags, emission, exceedance, transmission, substitutes (S44)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lantian.airquality.cems_series import HourState, Substitute
from lantian.apps.telemetry.models import Point
from lantian.apps.telemetry.readings.stack_hours import (
    Instead,
    PollutantHours,
    StackQuestion,
    StackReport,
    stack_hours,
)
from lantian.apps.telemetry.readings.stack_settings import StackDetailsError
from lantian.apps.telemetry.services import (
    NewDevice,
    NewWindow,
    declare_window,
    ingest,
    load_registry,
    register_device,
)
from lantian.gateway.drain import Drain
from lantian.gateway.ingested import Ingested
from lantian.gateway.received import Received
from lantian.gateway.spool import Spool
from lantian.kernel.instants import beijing_day
from lantian.lake import Lake
from lantian.policy.air import air_rules
from lantian.policy.reader import load_pack
from lantian.protocols.hj212.fields import Pair
from lantian.protocols.hj212.messages import Command
from lantian.protocols.hj212.writing import Address, Upload, write_upload

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)
BEGIN = beijing_day(DAY)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NOX, DUST = "a21002", "a34013"
NORMAL: Mapping[str, str] = {
    NOX: "28", DUST: "2.0", "a19001": "4.5", "a01011": "8", "a01012": "136.5", "a01013": "0", "a01014": "10",
}  # fmt: skip
DETAILS = {"oxygen": "oxygen-boiler-gas", "area_m2": 3, "limits": {NOX: 30, DUST: 5}}
PACK = load_pack("cn")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture
def point(settings: Any) -> Point:
    settings.PACK = "cn"
    return Point.objects.create(id="boiler-1", name_zh="锅炉排口", kind="stack", area_code="110105", details=DETAILS)


def _said(minute: datetime) -> Mapping[str, tuple[str, str]] | None:
    """What the device says of a minute: value and flag by factor, or nothing.

    Hour 5 exceeds the limit for nitrogen oxides; of hour 6 only 44 of its minutes are good, of hour 7 just 45; in
    hour 8 the plant stands still, in hour 9 the line is cut.
    """
    hour, number = divmod(int((minute - BEGIN) / MINUTE), 60)
    values = {code: (value, "F" if hour == 8 else "N") for code, value in NORMAL.items()}
    if hour == 5:
        values |= {NOX: ("30", "N"), "a19001": ("8", "N")}
    if (hour == 6 and number >= 44) or (hour == 7 and number >= 45):
        values[NOX] = ("28", "D")
    return None if hour == 9 else values


def _frames() -> list[bytes]:
    address = Address(st="31", mn="CEMS-1", pw="123456")
    frames = []
    for number in range(24 * 60):
        minute = BEGIN + number * MINUTE
        said = _said(minute)
        if said:
            groups = [[Pair(code, "Avg", value), Pair(code, "Flag", flag)] for code, (value, flag) in said.items()]
            upload = Upload(Command.MINUTE, minute, groups)
            frames += write_upload(address, minute + MINUTE, upload, wants_answer=True)
    return frames


def _follow(stretch: Ingested) -> None:
    assert ingest(stretch)


def _store(lake: Lake, folder: Path, point: Point) -> None:
    """Let a registered device's frames run through spool, decoding, lake, record store and roll-up."""
    device = NewDevice("cems-1", "锅炉监测", "stack", "CEMS-1", point=point)
    register_device(device, by=None, at=BEGIN)
    spool = Spool(folder)
    received = int((BEGIN + 24 * HOUR).timestamp() * 1e6)
    spool.append([Received(0, received, "hj212", "cems-1", "10.0.0.1:1", (), raw) for raw in _frames()])
    drain = Drain(lake, folder, load_registry, _follow)
    assert drain.round(BEGIN + 24 * HOUR) == 23 * 60
    spool.close()
    lake.roll_up(air_rules(PACK).validity(DAY), computed_at=BEGIN + 25 * HOUR)


def _ask(lake: Lake, point: Point, now: datetime = BEGIN + 25 * HOUR) -> StackReport:
    return stack_hours(point, StackQuestion(DAY, DAY, now), lake=lake, pack=PACK)


def _of(report: StackReport, factor: str) -> PollutantHours:
    return next(found for found in report.pollutants if found.factor == factor)


@pytest.mark.row("S44")
def test_a_day_of_frames_becomes_converted_hours_emissions_and_rates(lake: Lake, tmp_path: Path, point: Point) -> None:
    _store(lake, tmp_path / "spool", point)
    report = _ask(lake, point)
    nox = _of(report, NOX)

    # hour 0: 28·(21 − 3.5)/(21 − 4.5) mg/m³; 3600·3·8/1.5·0.9 = 51 840 m³/h; 28 mg/m³ of it are 1.45152 kg/h.
    usual = nox.hours[0].judged
    assert (usual.dry, usual.converted, usual.flow) == (Fraction(28), Fraction(980, 33), Fraction(51_840))
    assert (usual.rate, usual.over) == (Fraction("1.45152"), False)

    # hour 5: 30·17.5/13 = 40.38 mg/m³, 0.35 times above 30; the rate follows the measured 30.
    high = nox.hours[5].judged
    assert (high.converted, high.over, high.multiple) == (Fraction(525, 13), True, Decimal("0.35"))
    assert high.rate == Fraction("1.5552")
    assert nox.exceeded == (nox.hours[5],)

    # validity and flags
    states = [hour.state for hour in nox.hours]
    expected = {6: HourState.INVALID, 8: HourState.STOPPED, 9: HourState.MISSING}
    assert states == [expected.get(hour, HourState.VALID) for hour in range(24)]
    assert (nox.hours[6].flags, nox.hours[6].reported, nox.hours[6].judged.dry) == ("DN", Fraction(28), None)
    assert [hour.state for hour in _of(report, DUST).hours][6] is HourState.VALID

    # 21 of 23 running hours: 91.3 %, so a gap of an hour takes the maximum rate of the last 180 valid hours.
    assert (nox.capture.percent, nox.capture.enough) == (Decimal("91.3"), True)
    # So do the concentrations: 30 mg/m³ measured and 525/13 converted, both of hour 5.
    for hour, used in ((6, 6), (9, 7)):
        highest = Fraction(30), Fraction(525, 13), Fraction("1.5552")
        assert nox.hours[hour].instead == Instead(*(Substitute(value, 1, 180, used) for value in highest))
        assert (nox.hours[hour].judged.dry, nox.hours[hour].judged.over) == (None, None)
    known = (HourState.VALID, HourState.STOPPED)
    assert [hour.instead for hour in nox.hours if hour.state in known] == [Instead()] * 22

    # received 22 of 23, valid 21 of 23
    assert nox.tally.transmission_percent == Fraction(22, 23) * Fraction(21, 23) * 100

    # the day: 20 usual hours and the high one; two substitutes beside them
    day = nox.days[DAY]
    assert (day.valid, day.mass_kg) == (True, Fraction("30.5856"))
    assert day.with_substitutes_kg == Fraction("33.696")
    assert day.mean == (20 * Fraction(980, 33) + Fraction(525, 13)) / 21


@pytest.mark.row("S44")
def test_a_report_names_what_it_was_computed_from(lake: Lake, tmp_path: Path, point: Point) -> None:
    _store(lake, tmp_path / "spool", point)
    report = _ask(lake, point)
    assert [found.factor for found in report.pollutants] == [DUST, "a21026", NOX]
    assert report.oxygen is not None
    assert report.oxygen.citation.en == "GB 13271-2014"
    assert (report.rules.citation.en, report.rows_used > 150, report.snapshot != "") == ("HJ 75-2017", True, True)
    assert _of(report, "a21026").tally.missing == 24
    assert _of(report, NOX).name.en == "NOx"


HEADER = """
[pack]
id = "demo-stacks"
zh = "排口"
en = "Stacks"
jurisdiction = "cn"
extends = ["cn"]
source = "x"
"""
RULES = """
[[cems_validity]]
id = "cems"
zh = "有效性"
en = "Validity"
standard = "HJ 75-2017"
valid_from = 2018-03-01
confidence = "B?"
hour_minutes = {minutes}
day_hours = 20
capture_percent = 75
rate_decimals = 1
gap_steps = [[90, 24, 180]]
"""


@pytest.mark.parametrize(("minutes", "valid"), [(44, {6, 7}), (45, {7}), (46, set())])
def test_an_hour_is_valid_with_the_minutes_that_the_pack_asks_of_stacks(
    lake: Lake, tmp_path: Path, point: Point, minutes: int, valid: set[int]
) -> None:
    # 44 good minutes in hour 6 and 45 in hour 7, while the lake asks for 45 as for ambient air.
    _store(lake, tmp_path / "spool", point)
    folder = tmp_path / "demo-stacks"
    folder.mkdir()
    (folder / "pack.toml").write_text(HEADER, encoding="utf-8")
    (folder / "rules.toml").write_text(RULES.format(minutes=minutes), encoding="utf-8")
    pack = load_pack(folder)
    nox = _of(stack_hours(point, StackQuestion(DAY, DAY, BEGIN + 25 * HOUR), lake=lake, pack=pack), NOX)
    assert {hour for hour in (6, 7) if nox.hours[hour].state is HourState.VALID} == valid
    assert all((nox.hours[hour].judged.dry is not None) == (hour in valid) for hour in (6, 7))


def test_a_value_of_five_minutes_counts_as_five_and_the_devices_own_hour_as_it_is(lake: Lake, point: Point) -> None:
    device = NewDevice("cems-5", "锅炉监测", "stack", "CEMS-5", point=point, interval_s=300)
    register_device(device, by=None, at=BEGIN)
    fine = [(300, BEGIN + 5 * number * MINUTE) for number in range(9)]  # 45 minutes of hour 0
    fine += [(300, BEGIN + HOUR + 5 * number * MINUTE) for number in range(8)]  # 40 minutes of hour 1
    rows = [
        {
            "point": point.pk,
            "factor": NOX,
            "period_s": period,
            "start": start,
            "value": 28.0,
            "flag": "N",
            "verdict": verdict,
        }
        for period, start, verdict in [
            *((*one, "valid") for one in fine),
            (3600, BEGIN + 2 * HOUR, "valid"),
            (3600, BEGIN + 3 * HOUR, "invalid"),
        ]
    ]
    lake.append_readings(pa.Table.from_pylist(rows), received_at=BEGIN + 4 * HOUR, source="t")
    lake.roll_up(air_rules(PACK).validity(DAY), computed_at=BEGIN + 4 * HOUR)
    nox = _of(_ask(lake, point, now=BEGIN + 4 * HOUR), NOX)
    assert [hour.state for hour in nox.hours] == [
        HourState.VALID, HourState.INVALID, HourState.VALID, HourState.INVALID,
    ]  # fmt: skip


def test_only_hours_that_have_ended_are_due(lake: Lake, tmp_path: Path, point: Point) -> None:
    _store(lake, tmp_path / "spool", point)
    report = _ask(lake, point, now=BEGIN + 5 * HOUR + 30 * MINUTE)
    assert (len(_of(report, NOX).hours), _of(report, NOX).tally.valid) == (5, 5)
    assert _of(_ask(lake, point, now=BEGIN - HOUR), NOX).hours == ()


def test_a_declared_stop_counts_as_one_where_no_data_come(lake: Lake, tmp_path: Path, point: Point) -> None:
    _store(lake, tmp_path / "spool", point)
    device = point.devices.get()
    declare_window(device, NewWindow("stop", BEGIN + 9 * HOUR, BEGIN + 11 * HOUR, "检修"), by=None, at=BEGIN)
    nox = _of(_ask(lake, point), NOX)
    assert [nox.hours[hour].state for hour in (9, 10)] == [HourState.STOPPED, HourState.VALID]
    assert nox.tally.missing == 0


def test_a_gap_after_earlier_days_looks_back_over_them(lake: Lake, tmp_path: Path, point: Point) -> None:
    _store(lake, tmp_path / "spool", point)
    question = StackQuestion(DAY + timedelta(days=1), DAY + timedelta(days=1), BEGIN + 27 * HOUR)
    nox = _of(stack_hours(point, question, lake=lake, pack=PACK), NOX)
    # 21 of 26 running hours are 80.8 %: 2 160 hours back, of which 21 are there.
    assert [hour.instead.rate for hour in nox.hours] == [Substitute(Fraction("1.5552"), 3, 2160, 21)] * 3
    assert [hour.instead.dry for hour in nox.hours] == [Substitute(Fraction(30), 3, 2160, 21)] * 3


def test_units_of_the_channels_are_those_of_the_formulas_in_the_end(lake: Lake, tmp_path: Path, point: Point) -> None:
    point.details = {"ambient_kpa": 101.325, "area_m2": "3"}
    point.save()
    _store(lake, tmp_path / "spool", point)
    lake_in_kpa = _of(_ask(lake, point), NOX).hours[0].judged
    assert (lake_in_kpa.flow, lake_in_kpa.converted, lake_in_kpa.limit) == (Fraction(51_840), Fraction(28), None)
    point.channels.filter(code=NOX).update(unit="µg/m³")
    assert _of(_ask(lake, point), NOX).hours[0].judged.dry == Fraction(28, 1000)


def test_an_outlet_without_any_data_shows_missing_hours(lake: Lake, point: Point) -> None:
    nox = _of(_ask(lake, point), NOX)
    assert (nox.tally.missing, nox.capture.percent, nox.days[DAY].mean) == (24, None, None)


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"oxygen": "oxygen-moon"}, "no reference oxygen “oxygen-moon” for point boiler-1; it has: oxygen-boiler-coal"),
        ({"area_m2": "wide"}, "area_m2 of point boiler-1 is “wide”; it must be a positive number"),
        ({"limits": {NOX: -1}}, "limits.a21002 of point boiler-1 is “-1”"),
        ({"ambient_kpa": 0}, "ambient_kpa of point boiler-1 is “0”"),
    ],
)
def test_details_that_cannot_be_read_are_named(lake: Lake, point: Point, details: Any, said: str) -> None:
    point.details = details
    with pytest.raises(StackDetailsError, match=said):
        _ask(lake, point)


def test_a_limit_for_another_factor_is_judged_too(lake: Lake, point: Point) -> None:
    point.details = {"limits": {"a21003": 50}}
    report = _ask(lake, point)
    assert [found.factor for found in report.pollutants][-1] == "a21003"
    assert _of(report, "a21003").name.zh == "a21003"
