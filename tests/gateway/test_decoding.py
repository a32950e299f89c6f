"""What frames say becomes rows: periods, units, flags, ranges, split messages, positions, engine data."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lantian.gateway.decoding import ENGINE_ROWS, POSITION_ROWS, READING_ROWS, Decoded, Decoder, table_of
from lantian.gateway.decoding.memory import Memory
from lantian.gateway.registry import Device
from lantian.protocols.gb17691.frames import Envelope
from lantian.protocols.gb17691.frames import write_frame as write_gb17691
from lantian.protocols.jt808.frames import Header
from lantian.protocols.jt808.frames import write_frame as write_jt808
from tests.gateway.frames import device, hj212, received

NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)
"""Noon in Beijing."""


def readings(decoded: Decoded) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table_of(READING_ROWS, decoded.readings).to_pylist()
    return rows


def decode(raw: bytes, of: Device | None = None, decoder: Decoder | None = None, **options: Any) -> Decoded:
    return (decoder or Decoder()).decode(received(raw, **options), of or device())


@pytest.mark.parametrize(
    ("cn", "suffix", "time", "period_s", "start"),
    [
        ("2011", "Rtd", "20261126120007", 0, "2026-11-26T04:00:07+00:00"),
        ("2051", "Avg", "20261126115900", 60, "2026-11-26T03:59:00+00:00"),
        ("2061", "Avg", "20261126110000", 3600, "2026-11-26T03:00:00+00:00"),
        ("2031", "Avg", "20261125000000", 86400, "2026-11-24T16:00:00+00:00"),
    ],
)
def test_each_command_has_its_suffix_period_and_start(
    cn: str, suffix: str, time: str, period_s: int, start: str
) -> None:
    decoded = decode(hj212(cn, f"DataTime={time};a34004-{suffix}=35.5,a34004-Min=1,a34004-Flag=N"))
    [row] = readings(decoded)
    assert (row["period_s"], row["start"].isoformat()) == (period_s, start)
    assert (row["point"], row["factor"], row["value"], row["verdict"]) == ("site-1", "a34004", 35.5, "valid")
    assert (decoded.seen.kind, decoded.seen.code, decoded.seen.values, decoded.seen.valid) == ("data", cn, 1, 1)
    assert decoded.seen.sent_at == datetime.fromisoformat("2026-11-26T12:00:29+08:00")


def test_a_device_without_minute_data_gives_its_moments_a_period() -> None:
    [row] = readings(decode(hj212("2011", "DataTime=20261126120034;a34004-Rtd=35"), device(period_s=30)))
    assert (row["period_s"], row["start"]) == (30, datetime(2026, 11, 26, 4, 0, 30, tzinfo=UTC))


def test_minute_data_stand_for_the_interval_of_the_device() -> None:
    [row] = readings(decode(hj212("2051", "DataTime=20261126115500;a34004-Avg=35"), device(interval_s=300)))
    assert (row["period_s"], row["start"]) == (300, datetime(2026, 11, 26, 3, 55, tzinfo=UTC))
    [row] = readings(decode(hj212("2051", "DataTime=20261126115500;a34004-Avg=35"), device(interval_s=30)))
    assert row["period_s"] == 60


def test_values_come_in_the_stored_unit_under_the_stored_factor() -> None:
    [row] = readings(decode(hj212("2011", "DataTime=20261126120000;TSP-Rtd=0.1783,TSP-Flag=N")))
    assert (row["code"], row["factor"], row["value"]) == ("TSP", "a34001", pytest.approx(178.3))


def test_an_old_code_is_found_under_its_successor() -> None:
    [row] = readings(decode(hj212("2011", "DataTime=20261126120000;02-Rtd=7.5,02-Flag=N")))
    assert (row["code"], row["factor"], row["value"], row["verdict"]) == ("02", "a21026", 7.5, "valid")


def test_converted_values_and_amounts_are_kept_beside_the_measured_one() -> None:
    area = "DataTime=20261126110000;a21026-Avg=20,a21026-ZsAvg=400,a21026-Cou=1500.5,a21026-Flag=N"
    found = {row["factor"]: (row["value"], row["verdict"]) for row in readings(decode(hj212("2061", area)))}
    assert found == {"a21026": (20, "valid"), "a21026-Zs": (400, "valid"), "a21026-Cou": (1500.5, "valid")}


def test_noise_of_a_period_comes_as_data_and_facility_states_as_rs() -> None:
    [row] = readings(decode(hj212("2051", "DataTime=20261126115900;LA-Data=66.8,LA-Flag=N")))
    assert (row["factor"], row["value"], row["period_s"]) == ("LA", 66.8, 60)
    [row] = readings(decode(hj212("2021", "DataTime=20261126120000;SB1-RS=1")))
    assert (row["factor"], row["value"], row["verdict"], row["reason"]) == ("SB1-RS", 1.0, "invalid", "no-channel")


@pytest.mark.parametrize(
    ("item", "value", "verdict", "reason"),
    [
        ("a34004-Rtd=35,a34004-Flag=N", 35.0, "valid", ""),
        ("a34004-Rtd=35", 35.0, "valid", ""),
        ("a34004-Rtd=35,a34004-Flag=F", 35.0, "invalid", "flag"),
        ("a34004-Rtd=35,a34004-Flag=S", 35.0, "invalid", "flag"),
        ("a34004-Rtd=35;Flag=M", 35.0, "invalid", "flag"),
        ("a34004-Rtd=1000,a34004-Flag=N", 1000.0, "valid", ""),
        ("a34004-Rtd=1000.1,a34004-Flag=N", 1000.1, "invalid", "range"),
        ("a34004-Rtd=-0.1,a34004-Flag=N", -0.1, "invalid", "range"),
        ("a34004-Rtd=---,a34004-Flag=N", None, "invalid", "format"),
        ("a34004-Rtd=,a34004-Flag=N", None, "invalid", "format"),
        ("a34004-td=35,a34004-Flag=N", 35.0, "valid", ""),
        ("w01018-Rtd=12,w01018-Flag=N", 12.0, "invalid", "no-channel"),
    ],
)
def test_a_value_counts_or_says_why_not(item: str, value: float | None, verdict: str, reason: str) -> None:
    [row] = readings(decode(hj212("2011", f"DataTime=20261126120000;{item}")))
    assert (row["value"], row["verdict"], row["reason"]) == (value, verdict, reason)


def test_flags_of_the_pack_decide_what_counts() -> None:
    decoder = Decoder(usable=frozenset("NS"))
    [row] = readings(decode(hj212("2011", "DataTime=20261126120000;a34004-Rtd=35,a34004-Flag=S"), decoder=decoder))
    assert (row["flag"], row["verdict"]) == ("S", "valid")


def test_a_changed_unit_is_noticed_in_both_directions_until_the_values_come_back() -> None:
    decoder = Decoder()
    sent = ["35", "35.6", "0.0361", "0.0365", "36", "37000", "0", "38"]
    reasons = [
        readings(decode(hj212("2011", f"DataTime=20261126120000;a34004-Rtd={value}"), decoder=decoder))[0]["reason"]
        for value in sent
    ]
    assert reasons == ["", "", "unit-jump", "unit-jump", "", "unit-jump", "", ""]


def test_noise_and_other_quantities_may_jump() -> None:
    decoder = Decoder()
    flow = device()
    for value in ("9000", "9"):
        [row] = readings(decode(hj212("2011", f"DataTime=20261126120000;LA-Rtd={value}"), flow, decoder))
        assert row["reason"] == "range"


@pytest.mark.parametrize("time", ["20261126130031", "19991231235959"])
def test_a_time_of_a_wrong_clock_counts_in_nothing(time: str) -> None:
    [row] = readings(decode(hj212("2011", f"DataTime={time};a34004-Rtd=35")))
    assert (row["verdict"], row["reason"]) == ("invalid", "time")


def test_a_real_time_value_without_data_time_stands_at_its_qn_and_others_are_only_evidence() -> None:
    [row] = readings(decode(hj212("2011", "a34004-Rtd=35")))
    assert row["start"] == datetime(2026, 11, 26, 4, 0, 29, tzinfo=UTC)
    decoded = decode(hj212("2051", "a34004-Avg=35"))
    assert (decoded.seen.kind, decoded.readings) == ("bad", ())


def test_later_parts_of_a_split_message_have_the_time_of_the_first() -> None:
    decoder = Decoder()
    first = hj212("2051", "DataTime=20261126115900;a34004-Avg=35", Flag="6", PNUM="3", PNO="1")
    second = hj212("2051", "TSP-Avg=0.1", Flag="6", PNUM="3", PNO="2", QN="20261126120029124")
    third = hj212("2051", "LA-Avg=60", Flag="6", PNUM="3", PNO="3", QN="20261126120029125")
    starts = [
        readings(decode(raw, decoder=decoder, seq=seq))[0]["start"]
        for seq, raw in enumerate([first, second, second, third], 1)
    ]
    assert set(starts) == {datetime(2026, 11, 26, 3, 59, tzinfo=UTC)}


def test_a_part_whose_first_is_missing_is_not_given_the_time_of_an_older_message() -> None:
    decoder = Decoder()
    for number, qn in (("1", "01"), ("2", "02")):
        time = "DataTime=20261126115900;" if number == "1" else ""
        raw = hj212("2051", f"{time}TSP-Avg=0.1", Flag="6", PNUM="2", PNO=number, QN=f"202611261200291{qn}")
        assert decode(raw, decoder=decoder).seen.kind == "data"
    lone = hj212("2051", "TSP-Avg=0.2", Flag="6", PNUM="2", PNO="2", QN="20261126120129102")
    assert decode(lone, decoder=decoder).seen.kind == "bad"
    assert decode(lone, decoder=Decoder()).seen.kind == "bad"


def test_memory_of_split_messages_is_bounded() -> None:
    memory = Memory()
    decoder = Decoder(memory=memory)
    raw = hj212("2051", "DataTime=20261126115900;a34004-Avg=35", Flag="6", PNUM="3", PNO="1")
    for number in range(20_010):
        decoder.decode(received(raw), device(f"d{number}"))
    assert len(memory.parts) <= 20_001


@pytest.mark.parametrize(
    ("cn", "kind"), [("9014", "answer"), ("9012", "answer"), ("1013", "session"), ("9021", "session")]
)
def test_frames_without_data_are_told_apart(cn: str, kind: str) -> None:
    assert decode(hj212(cn, "")).seen.kind == kind


def test_damage_is_evidence_only_unless_it_is_tolerated_of_the_device() -> None:
    raw = hj212("2011", "DataTime=20261126120000;a34004-Rtd=35")
    swapped = raw[:-4] + raw[-2:] + raw[-4:-2]
    verdict = ("crc-bytes-swapped",)
    assert decode(swapped, verdict=verdict).seen.kind == "bad"
    decoded = decode(swapped, device(tolerated=verdict), verdict=verdict)
    assert (decoded.seen.kind, decoded.seen.repaired) == ("data", verdict)
    assert decode(b"no frame at all", verdict=("noise-before",)).seen.kind == "bad"


# vehicles -----------------------------------------------------------------------------------------------------------

VIN = "LFWSRXSJ0N1F00123"
DIESEL = Device("truck-1", "gb17691", VIN)
TRUCK = Device("truck-2", "jt808", "013912345678")
TIME = bytes([26, 11, 26, 12, 0, 0])


def stream(state: int = 0, nox_down: int = 5000) -> bytes:
    """37 bytes by hand: 50 km/h, 101 kPa, 25 %, 0 %, 1,000 rpm, 10 L/h, NOx 800 and 50 ppm, urea 80 %, air 200 kg/h."""
    words = [(50 * 256, 2), (202, 1), (150, 1), (125, 1), (8000, 2), (200, 2), (20000, 2), (nox_down, 2), (200, 1)]
    words += [(4000, 2), (16000, 2), (0xFFFF, 2), (0xFEFF, 2), (120, 1), (125, 1), (state, 1)]
    words += [(116_400_000, 4), (39_900_000, 4), (1_234_567, 4)]
    return b"".join(value.to_bytes(size, "big") for value, size in words)


def report(unit: bytes, command: int = 2) -> Decoded:
    raw = write_gb17691(Envelope(command, VIN), unit)
    return decode(raw, DIESEL, family="gb17691", identity="truck-1")


@pytest.mark.parametrize(
    "unit",
    [
        TIME + b"\x02\x00\x01" + stream() + b"\x02\x00\x02" + stream(nox_down=0xFFFF),
        TIME + b"\x00\x01" + b"\x02" + stream() + b"\x02" + stream(nox_down=0xFFFF),
    ],
    ids=["serial per block", "serial once"],
)
def test_a_report_is_a_row_a_second_and_what_is_no_measurement_is_null(unit: bytes) -> None:
    decoded = report(unit)
    first, second = table_of(ENGINE_ROWS, decoded.engine).to_pylist()
    assert (first["device"], first["start"], first["frame"]) == ("truck-1", NOON, 1)
    assert second["start"] == datetime(2026, 11, 26, 4, 0, 1, tzinfo=UTC)
    assert [first[name] for name in ("speed_kmh", "engine_rpm", "torque_percent", "fuel_lh")] == [50, 1000, 25, 10]
    assert [first[name] for name in ("nox_up_ppm", "nox_down_ppm", "urea_percent", "air_kgh")] == [800, 50, 80, 200]
    assert [first[name] for name in ("scr_in_c", "scr_out_c", "dpf_kpa", "coolant_c")] == [227, None, None, 80]
    assert [first[name] for name in ("longitude", "latitude", "mileage_km")] == [116.4, 39.9, 123456.7]
    assert second["nox_down_ppm"] is None
    assert (decoded.seen.kind, decoded.seen.code, decoded.seen.values, decoded.seen.data_time) == (
        "data",
        "0x02",
        2,
        NOON,
    )


def test_without_a_fix_there_is_no_place_and_south_and_west_are_negative() -> None:
    [lost] = table_of(ENGINE_ROWS, report(TIME + b"\x02\x00\x01" + stream(state=1)).engine).to_pylist()
    assert (lost["longitude"], lost["latitude"]) == (None, None)
    [far] = table_of(ENGINE_ROWS, report(TIME + b"\x02\x00\x01" + stream(state=6)).engine).to_pylist()
    assert (far["longitude"], far["latitude"]) == (-116.4, -39.9)


def test_logins_are_sessions_and_damaged_or_timeless_reports_are_evidence_only() -> None:
    assert report(TIME + b"\x00\x01" + b"8" * 20, command=1).seen.kind == "session"
    assert report(bytes(6) + b"\x02\x00\x01" + stream()).seen.kind == "bad"
    raw = bytearray(write_gb17691(Envelope(2, VIN), TIME + b"\x02\x00\x01" + stream()))
    raw[40] ^= 1
    assert decode(bytes(raw), DIESEL, family="gb17691").seen.kind == "bad"
    assert decode(b"", DIESEL, family="gb17691").seen.kind == "bad"


def place(status: int = 3, time: str = "261126120000", items: bytes = b"") -> bytes:
    """28 bytes: 39.9 N, 116.4 E (or south and west by status bits), 50 m, 36 km/h, 90 degrees."""
    numbers = [(1, 4), (status, 4), (39_900_000, 4), (116_400_000, 4), (50, 2), (360, 2), (90, 2)]
    return b"".join(value.to_bytes(size, "big") for value, size in numbers) + bytes.fromhex(time) + items


def message(number: int, body: bytes) -> Decoded:
    return decode(write_jt808(Header(number, "013912345678", 7), body), TRUCK, family="jt808", identity="truck-2")


def test_a_fix_is_a_position_with_its_mileage() -> None:
    decoded = message(0x0200, place(items=bytes.fromhex("010400003039")))
    [row] = table_of(POSITION_ROWS, decoded.positions).to_pylist()
    assert row == {
        "device": "truck-2",
        "start": NOON,
        "longitude": 116.4,
        "latitude": 39.9,
        "altitude_m": 50.0,
        "speed_kmh": 36.0,
        "direction": 90,
        "status": 3,
        "alarm": 1,
        "mileage_km": 1234.5,
        "frame": 1,
    }
    assert (decoded.seen.code, decoded.seen.values, decoded.seen.valid, decoded.seen.data_time) == (
        "0x0200",
        1,
        1,
        NOON,
    )


@pytest.mark.parametrize(
    ("status", "time"), [(1, "261126120000"), (35, "261126120000"), (3, "261399120000"), (3, "261126130100")]
)
def test_what_is_no_fix_is_no_position(status: int, time: str) -> None:
    decoded = message(0x0200, place(status, time))
    assert (decoded.seen.kind, decoded.seen.values, decoded.positions) == ("data", 1, [])


def test_a_batch_brings_all_its_fixes_and_an_answer_its_place() -> None:
    earlier = place(time="261126115900")
    body = (2).to_bytes(2, "big") + b"\x01" + b"".join(len(one).to_bytes(2, "big") + one for one in (earlier, place()))
    assert [row[1] for row in message(0x0704, body).positions] == [1795665540_000000, 1795665600_000000]
    assert len(message(0x0201, b"\x00\x09" + place()).positions) == 1


@pytest.mark.parametrize(
    ("number", "body", "kind"), [(2, b"", "session"), (1, bytes(5), "answer"), (0x0900, b"\xf0x", "data")]
)
def test_other_messages_of_a_terminal_carry_no_position(number: int, body: bytes, kind: str) -> None:
    assert message(number, body).seen.kind == kind


def test_a_damaged_message_is_evidence_only() -> None:
    raw = bytearray(write_jt808(Header(0x0200, "013912345678", 7), place()))
    raw[20] ^= 1
    assert decode(bytes(raw), TRUCK, family="jt808").seen.kind == "bad"
    assert decode(b"\x7e\x7e", TRUCK, family="jt808").seen.kind == "bad"
