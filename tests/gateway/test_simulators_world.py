"""The made-up district: the same at every look, plausible in its numbers, and wrong only where a fault says so."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from lantian.gateway.simulators.district import FULL, SEED, SMALL, NoPlaces, district, for_sites, scaled
from lantian.gateway.simulators.faults import EVERYWHERE, KINDS, SCENARIOS, Schedule, Target, UnknownScenario, begin
from lantian.gateway.simulators.instruments import Instruments, clock_ahead, is_silent
from lantian.gateway.simulators.noise import Floats, bell, smooth, uniform
from lantian.gateway.simulators.traffic import SLOT_S, Traffic, engine
from lantian.gateway.simulators.world import World, hour_of_day
from lantian.kernel.instants import beijing_day
from lantian.lake.synthetic import true_air
from tests.gateway.simulated import NOON, SECRET, few, instruments, member, pack

DAY_S = 86_400
NOON_S = NOON.timestamp()


def minutes(count: int = 1440, start: float = NOON_S) -> Floats:
    return start + 60 * np.arange(count, dtype=np.float64)


def test_noise_is_even_bell_shaped_and_smooth() -> None:
    index = np.arange(20_000)
    assert abs(uniform(7, index).mean() - 0.5) < 0.01
    assert abs(bell(7, index).mean()) < 0.03
    assert abs(bell(7, index).std() - 1) < 0.02
    steps = np.abs(np.diff(smooth(7, np.arange(0, 86_400, 10.0), 600)))
    assert steps.max() < 0.2


def test_the_same_question_gets_the_same_answer_in_another_process_of_play() -> None:
    again = Instruments(World(few().sites, seed=SEED, last_year=2026), few())
    for one in few().members:
        if one.point:
            whole = instruments().shown(one, minutes(120))
            part = again.shown(one, minutes(30, NOON_S + 45 * 60))
            for code, values in part.values.items():
                assert np.array_equal(values, whole.values[code][45:75]), (one.id, code)


def test_another_seed_is_another_world() -> None:
    other = World(few().sites, seed=SEED + 1, last_year=2026)
    place = few().members[0].place
    assert not np.allclose(other.air(place, minutes())["a34004"], instruments().world.air(place, minutes())["a34004"])


def test_minutes_go_on_with_the_hours_of_the_demonstration_history() -> None:
    year = true_air(few().sites, year=2026, last_year=2026, seed=SEED)
    hour = int((NOON - beijing_day(date(2026, 1, 1))).total_seconds() // 3600)
    station = few().of_kind("station")[0]
    at = [site.point for site in few().sites].index(station.point)
    shown = instruments().shown(station, minutes(60))
    assert shown.values["a34004"].mean() == pytest.approx(year[at, 0, hour], rel=0.15)
    assert shown.values["a05024"].mean() == pytest.approx(year[at, 5, hour], rel=0.15)


def test_the_turn_of_the_year_has_no_gap() -> None:
    midnight = beijing_day(date(2027, 1, 1)).timestamp()
    air = instruments().world.air(few().members[0].place, minutes(240, midnight - 7200))
    assert np.isfinite(air["a34004"]).all()


def test_neighbours_see_the_same_weather_of_the_air() -> None:
    first, second = few().of_kind("micro")[:2]
    week = NOON_S + 600 * np.arange(1008, dtype=np.float64)
    one, two = (instruments().shown(each, week).values["a34004"] for each in (first, second))
    assert np.corrcoef(one, two)[0, 1] > 0.8


@pytest.mark.parametrize("kind", ["station", "micro", "dust", "stack", "voc", "fume"])
def test_every_channel_of_a_kind_has_values_inside_its_range(kind: str) -> None:
    for one in few().of_kind(kind):
        shown = instruments().shown(one, minutes())
        channels = {channel.code: channel for channel in few().kinds[kind].channels}
        assert set(shown.values) == set(channels)
        for code, values in shown.values.items():
            low, high = channels[code].low, channels[code].high
            assert low is not None
            assert high is not None
            assert ((values >= low) & (values <= high)).all(), (code, values.min(), values.max())


def test_pm10_holds_pm25_and_tsp_holds_pm10() -> None:
    for one in few().of_kind("dust"):
        values = instruments().shown(one, minutes()).values
        assert (values["a34001"] > values["a34002"]).all()
        assert (values["a34002"] > values["a34004"]).mean() > 0.99


def test_building_sites_are_louder_by_day() -> None:
    week = NOON_S + 600 * np.arange(1008, dtype=np.float64)
    hours = hour_of_day(week)
    noise = np.mean([instruments().shown(one, week).values["LA"] for one in few().of_kind("dust")], axis=0)
    assert noise[(hours > 9) & (hours < 11)].mean() > noise[(hours > 1) & (hours < 4)].mean() + 8


def test_kitchens_smoke_at_meal_times() -> None:
    fume = instruments().shown(few().of_kind("fume")[0], minutes()).values["a34041"]
    hours = hour_of_day(minutes())
    assert fume[(hours > 11.5) & (hours < 12.5)].mean() > 4 * fume[(hours > 2) & (hours < 4)].mean()


def test_a_plant_that_works_keeps_its_limits_by_the_standards_conversion() -> None:
    """Converted = measured × (21 - reference oxygen) / (21 - oxygen)."""
    for one in few().of_kind("stack"):
        shown = instruments().shown(one, minutes())
        runs = shown.flags == "N"
        factor = (21 - one.plant.reference_percent) / (21 - shown.values["a19001"][runs])
        for code, limit in one.plant.limits.items():
            assert (shown.values[code][runs] * factor).max() < limit, (one.id, code)


def test_dry_flow_at_standard_state_follows_speed_area_temperature_pressure_and_moisture() -> None:
    """The pressure term lies within 2 % of 1; the instruments' noise of 2 % at most 6 %."""
    one = member("sim-stack-001")
    values = instruments().shown(one, minutes()).values
    dry = values["a01011"] * 3.2 * 3600 * 273.15 / (273.15 + values["a01012"]) * (1 - values["a01014"] / 100)
    assert values["a00000"] == pytest.approx(dry, rel=0.1)


def test_a_plant_that_stops_at_night_says_so() -> None:
    shown = instruments().shown(member("sim-stack-004"), minutes())
    stopped = shown.flags == "F"
    assert stopped.sum() == 8 * 60
    assert shown.values["a01011"][stopped].max() < 0.5


# faults -----------------------------------------------------------------------------------------------------------


def spoilt(kind: str, device: str) -> tuple[NDArray[np.bool_], dict[str, Floats], dict[str, Floats]]:
    """Return which minutes a fault of an hour covers, the values with it, and those without."""
    fault = begin(kind, device, NOON_S + 600, minutes=60)
    times = minutes(120)
    one = member(device)
    return (
        fault.covers(times),
        instruments().shown(one, times, [fault]).values,
        instruments().shown(one, times).values,
    )


@pytest.mark.parametrize(
    ("kind", "device"),
    [("frozen", "sim-dust-001"), ("drift", "sim-micro-001"), ("clipped", "sim-dust-002"),
     ("sprinkling", "sim-dust-001"), ("oxygen", "sim-stack-001"), ("dust", "sim-dust-003"),
     ("exceedance", "sim-stack-001")],
)  # fmt: skip
def test_a_fault_changes_nothing_outside_its_time(kind: str, device: str) -> None:
    inside, with_it, without = spoilt(kind, device)
    assert any(not np.array_equal(with_it[code][inside], without[code][inside]) for code in with_it)
    for code in with_it:
        assert np.array_equal(with_it[code][~inside], without[code][~inside])


def test_a_frozen_value_stays() -> None:
    inside, with_it, without = spoilt("frozen", "sim-dust-001")
    assert len(set(with_it["a34002"][inside])) == 1
    assert len(set(without["a34002"][inside])) > 5
    assert len(set(with_it["a01007"][inside])) > 5


def test_a_drift_grows_to_its_strength() -> None:
    inside, with_it, without = spoilt("drift", "sim-micro-001")
    ratio = with_it["a34004"][inside] / without["a34004"][inside]
    assert ratio[0] == pytest.approx(1.0, abs=0.02)
    assert ratio[-1] == pytest.approx(1 + KINDS["drift"].strength, rel=0.05)


def test_a_clipped_value_has_a_ceiling() -> None:
    inside, with_it, _ = spoilt("clipped", "sim-dust-002")
    assert (with_it["a34002"][inside] == with_it["a34002"][inside].max()).mean() > 0.5


def test_sprinkling_washes_particles_and_moistens_the_air() -> None:
    inside, with_it, without = spoilt("sprinkling", "sim-dust-001")
    late = inside & (minutes(120) > NOON_S + 1200)
    assert (with_it["a34002"] / without["a34002"])[late].mean() == pytest.approx(0.35, abs=0.02)
    assert (with_it["a01002"] - without["a01002"])[late].mean() == pytest.approx(25, abs=1)


def test_less_oxygen_makes_the_converted_value_smaller() -> None:
    inside, with_it, without = spoilt("oxygen", "sim-stack-001")
    assert np.array_equal(with_it["a21002"], without["a21002"])
    before, after = (21 - values["a19001"][inside] for values in (without, with_it))
    assert (before / after).max() < 0.9


def test_a_dust_event_rises_to_its_strength() -> None:
    inside, with_it, without = spoilt("dust", "sim-dust-003")
    assert 300 < (with_it["a34002"] - without["a34002"])[inside].max() < 1800


def test_an_excess_passes_the_limit() -> None:
    inside, with_it, _ = spoilt("exceedance", "sim-stack-001")
    plant = member("sim-stack-001").plant
    factor = (21 - plant.reference_percent) / (21 - with_it["a19001"][inside])
    assert (with_it["a21002"][inside] * factor).max() > plant.limits["a21002"]


def test_a_plant_reported_as_stopped_goes_on() -> None:
    fault = begin("stopped", "sim-stack-001", NOON_S, minutes=30)
    shown = instruments().shown(member("sim-stack-001"), minutes(30), [fault])
    assert set(shown.flags) == {"F"}
    assert shown.values["a01011"].min() > 5


@pytest.mark.parametrize(("kind", "code", "least"), [("episode", "a34004", 1.8), ("dust-storm", "a34002", 4.0)])
def test_a_regional_event_lifts_all_points_together(kind: str, code: str, least: float) -> None:
    event = begin(kind, EVERYWHERE, NOON_S)
    peak = np.array([NOON_S + 0.4 * 60 * KINDS[kind].minutes])
    for one in (*few().of_kind("station"), *few().of_kind("micro"), *few().of_kind("dust")):
        with_it, without = (instruments().shown(one, peak, faults).values[code][0] for faults in ([event], []))
        assert with_it > least * without, one.id


def test_a_clock_drifts_and_a_device_falls_silent() -> None:
    clock, silent = begin("clock-drift", "sim-micro-001", NOON_S), begin("offline", "sim-micro-001", NOON_S)
    one = member("sim-micro-001")
    assert clock_ahead([clock], one, NOON_S + 3600) == pytest.approx(450)
    assert clock_ahead([clock], one, NOON_S - 1) == 0
    assert is_silent([silent], one, NOON_S + 60)
    assert not is_silent([silent], member("sim-micro-002"), NOON_S + 60)


# schedules --------------------------------------------------------------------------------------------------------


def test_a_schedule_depends_on_the_hour_alone() -> None:
    schedule = Schedule("mixed", few().targets(), SEED)
    day = schedule.between(NOON_S, NOON_S + DAY_S)
    halves = [*schedule.between(NOON_S, NOON_S + DAY_S / 2), *schedule.between(NOON_S + DAY_S / 2, NOON_S + DAY_S)]
    assert day
    assert day == halves
    assert all(NOON_S <= fault.start < NOON_S + DAY_S for fault in day)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_befalls_only_whom_it_can(scenario: str) -> None:
    kinds = {target.device: target.kind for target in few().targets()}
    for fault in Schedule(scenario, few().targets(), SEED).between(NOON_S, NOON_S + 3 * DAY_S):
        wanted = KINDS[fault.kind].kinds
        assert fault.device == EVERYWHERE if not wanted else kinds[fault.device] in wanted


def test_a_calm_district_has_no_faults_and_an_episode_comes_every_twelve_hours() -> None:
    assert Schedule("calm", few().targets(), SEED).between(NOON_S, NOON_S + DAY_S) == []
    found = Schedule("episode", few().targets(), SEED).between(NOON_S, NOON_S + DAY_S)
    assert [fault.kind for fault in found] == ["episode", "episode"]


def test_a_scenario_nobody_wrote_is_refused() -> None:
    with pytest.raises(UnknownScenario, match="storm"):
        Schedule("storm", [Target("a", "dust")], SEED)


# the district -------------------------------------------------------------------------------------------------------


def test_a_small_district_is_the_beginning_of_a_large_one() -> None:
    small, large = district(pack(), SMALL, SECRET), district(pack(), scaled(0.1), SECRET)
    known = {one.id: one for one in large.members}
    same = [one for one in small.members if one.kind in ("dust", "voc", "fume", "heavy-diesel", "truck")]
    assert all(known[one.id] == one for one in same if one.id in known)
    assert sum(one.id in known for one in same) > 40


def test_the_full_district_has_the_counts_of_the_plan() -> None:
    whole = district(pack(), FULL, SECRET)
    counts = {kind: len(whole.of_kind(kind)) for kind in FULL}
    assert counts == {"station": 12, "micro": 150, "dust": 400, "stack": 200, "voc": 50, "fume": 100,
                      "heavy-diesel": 2000, "truck": 5000}  # fmt: skip
    assert len({one.id for one in whole.members}) == len({one.key for one in whole.members}) == sum(counts.values())


def test_sites_scale_the_fixed_points() -> None:
    counts = for_sites(91)
    assert sum(counts[kind] for kind in ("station", "micro", "dust", "stack", "voc", "fume")) == pytest.approx(
        91, abs=3
    )
    assert counts["truck"] == pytest.approx(500, abs=5)


def test_everything_is_marked_as_simulated_and_secrets_follow_the_data_folder() -> None:
    other = {one.id: one.secret for one in district(pack(), SMALL, SECRET + "!").members}
    for one in district(pack(), SMALL, SECRET).members:
        assert "（模拟）" in one.text.zh
        assert "(simulated)" in one.text.en
        assert one.secret not in repr(one) or not one.secret
        assert (one.secret != other[one.id]) == (one.kind != "heavy-diesel")


def test_a_pack_without_streets_has_no_district() -> None:
    from lantian.policy.reader import load_pack

    with pytest.raises(NoPlaces, match="streets"):
        district(load_pack("cn"), SMALL, SECRET)


# traffic ------------------------------------------------------------------------------------------------------------


def test_trips_join_and_keep_to_speeds_of_a_city() -> None:
    traffic = Traffic(few())
    for one in (*few().of_kind("truck"), *few().of_kind("heavy-diesel")):
        places = [traffic.place(one, NOON_S + 30.0 * step) for step in range(2 * 24 * 60)]
        apart = np.hypot(*(np.diff(places, axis=0) * (85.3, 111.2)).T)
        assert apart.max() < 30 / 3600 * 130, one.id
        assert apart.sum() > 5, one.id


def test_a_detour_leaves_the_way_and_returns_to_its_end() -> None:
    traffic, one = Traffic(few()), few().of_kind("truck")[0]
    drives = (traffic.trip(one, NOON_S + hour * SLOT_S) for hour in range(48))
    usual = next(trip for trip in drives if trip is not None and trip.end - trip.start > 900)
    fault = begin("route", one.id, usual.start + 300, minutes=60)
    other = traffic.trip(one, usual.start + 400, [fault])
    assert other is not None
    assert other.place(np.arange(299))[0] == pytest.approx(usual.place(np.arange(299))[0], abs=1e-6)
    last, its_last = (trip.place(np.array([trip.seconds - 1])) for trip in (other, usual))
    assert np.array(last) == pytest.approx(np.array(its_last), abs=1e-5)
    off = np.array(other.place(other.rows[300:])).mean(axis=1) - np.array(usual.place(usual.rows)).mean(axis=1)
    assert np.hypot(*off) > 0.002


def test_an_engine_works_as_engines_do_and_tampered_urea_leaves_the_nox() -> None:
    traffic, one = Traffic(few()), few().of_kind("heavy-diesel")[0]
    drives = (traffic.trip(one, NOON_S + hour * SLOT_S) for hour in range(48))
    trip = next(trip for trip in drives if trip is not None and trip.end - trip.start > 1200)
    warm = trip.start + 900
    rows = engine(one, trip, warm, 60, [])
    assert all(0 <= row["speed_kmh"] < 130 and 550 < row["rpm"] < 2600 for row in rows)
    assert all(row["nox_down_ppm"] < 0.1 * row["nox_up_ppm"] for row in rows)
    tampered = engine(one, trip, warm, 60, [begin("urea", one.id, trip.start)])
    assert all(row["nox_down_ppm"] > 0.9 * row["nox_up_ppm"] for row in tampered)
    assert rows[-1]["mileage_km"] >= rows[0]["mileage_km"]


def test_an_instant_in_another_year_is_no_trouble() -> None:
    at = datetime(2024, 2, 29, 20, 0, tzinfo=UTC).timestamp()
    old = Instruments(World(few().sites, seed=SEED, last_year=2024), few())
    assert old.shown(few().of_kind("station")[0], minutes(5, at)).values["a34004"].min() >= 0
