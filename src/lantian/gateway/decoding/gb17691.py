"""GB 17691 reports to engine data (GB 17691-2018, Annex Q): a row a second; a value that is no measurement is null.

A report carries the time of its first second; the blocks of its data stream follow second by second.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from lantian.gateway.decoding.rows import ENGINE_ROWS, Decoded, Row
from lantian.gateway.ingested import Seen
from lantian.gateway.received import Received
from lantian.gateway.registry import Device
from lantian.protocols.gb17691.fields import Measured
from lantian.protocols.gb17691.frames import FrameReader
from lantian.protocols.gb17691.messages import Block, BlockType, Command, read_message

NAMES: Mapping[str, str] = {
    "speed_kmh": "speed_kmh",
    "engine_rpm": "rpm",
    "torque_percent": "net_torque_pct",
    "friction_percent": "friction_torque_pct",
    "fuel_lh": "fuel_lph",
    "nox_up_ppm": "nox_up_ppm",
    "nox_down_ppm": "nox_down_ppm",
    "urea_percent": "reagent_pct",
    "air_kgh": "air_kgph",
    "scr_in_c": "scr_in_c",
    "scr_out_c": "scr_out_c",
    "dpf_kpa": "dpf_kpa",
    "coolant_c": "coolant_c",
    "tank_percent": "fuel_level_pct",
    "pressure_kpa": "baro_kpa",
    "longitude": "lon",
    "latitude": "lat",
    "mileage_km": "mileage_km",
}
"""The lake's columns and the quantities of the data stream (type 0x02) behind them."""

_REPORTS = (Command.REPORT, Command.SUPPLEMENT)
_AHEAD = timedelta(hours=1)
_COLUMNS = tuple(name for name in ENGINE_ROWS.names if name not in ("device", "start", "frame"))


def decode(received: Received, device: Device) -> Decoded:
    """Return what a frame of a vehicle says; a damaged one, or a report without a possible time, is ``bad``."""
    reader = FrameReader()
    reader.receive_data(received.raw)
    reader.end_of_input()
    frame = reader.next_event()
    if frame is None or not frame.is_intact:
        return Decoded(Seen(received, "bad"))
    code = f"0x{frame.command:02X}"
    message = read_message(frame)
    if frame.command not in _REPORTS:
        return Decoded(Seen(received, "session", code, message.time))
    if message.time is None or message.time > received.received_at + _AHEAD:
        return Decoded(Seen(received, "bad", code, message.time))
    streams = [block for block in message.blocks if block.type == BlockType.STREAM]
    rows = [_row(received, device, message.time, index, block) for index, block in enumerate(streams)]
    seen = Seen(received, "data", code, None, message.time, 1, len(rows), len(rows))
    return Decoded(seen, engine=rows)


def _row(received: Received, device: Device, time: datetime, index: int, block: Block) -> Row:
    start = (int(time.timestamp()) + index) * 1_000_000
    return (device.id, start, *(_value(block, name) for name in _COLUMNS), received.seq)


def _value(block: Block, column: str) -> float | None:
    measured = (block.quantities or {})[NAMES[column]]
    if column in ("longitude", "latitude"):
        return _degrees(block, measured, column)
    return None if measured.value is None else float(measured.value)


def _degrees(block: Block, measured: Measured, column: str) -> float | None:
    """Return degrees, south and west negative; without a fix the terminal repeats an old place, which is none."""
    if block.location is None or not block.location.is_fixed or measured.value is None:
        return None
    is_negative = block.location.is_west if column == "longitude" else block.location.is_south
    return -float(measured.value) if is_negative else float(measured.value)
