"""One device: identity, link trend, channels, frames, commands, upkeep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from lantian.apps.ledger.models import Source
from lantian.apps.ledger.pages.look import address
from lantian.apps.telemetry.explained.words import HJ212_COMMANDS, fault_words
from lantian.apps.telemetry.hooks import AlarmQuestion, alarms_for
from lantian.apps.telemetry.models import Camera, Channel, Command, Device, Instrument, LinkHour, MaintenanceWindow
from lantian.apps.telemetry.models.devices import Snapshot
from lantian.apps.telemetry.models.links import slot_s
from lantian.apps.telemetry.network import STANDING_WORDS, Signs, kind_name, kinds, standing, words_of
from lantian.apps.telemetry.pages.charts import Figure, Line
from lantian.apps.telemetry.pages.live_map import Reader
from lantian.apps.telemetry.pages.values import HOUR, now_rows
from lantian.apps.telemetry.readings.link_board import Quality, link_board
from lantian.apps.telemetry.services import Course, as_geojson, maintenance_rule
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING, day_of

TREND_DAYS = 7
SHOWN_COMMANDS = 60
SHOWN_WINDOWS = 20
SHOWN_ALARMS = 5
Tab = tuple[str, Text]

LINK = ("link", Text("联网", "Link"))
FIXED_TABS = (LINK, ("channels", Text("通道", "Channels")))
MOVING_TABS = (LINK, ("track", Text("轨迹", "Track")))
ENGINE = ("engine", Text("发动机", "Engine"))
COMMON_TABS = (
    ("frames", Text("报文", "Frames")),
    ("commands", Text("命令", "Commands")),
    ("upkeep", Text("运维", "Upkeep")),
)
EDIT = ("edit", Text("修改登记", "Change"))
"""The form is a view of the page, too, but no tab: the card of the register leads to it."""


def tabs_of(device: Device) -> tuple[Tab, ...]:
    """Return the tabs of a device's page: what moves has a track, a heavy diesel an engine, the others channels."""
    kind = kinds().get(device.kind)
    if kind is None or not kind.mobile:
        return (*FIXED_TABS, *COMMON_TABS)
    engine = (ENGINE,) if device.family == "gb17691" else ()
    return (*MOVING_TABS, *engine, *COMMON_TABS)


@dataclass(frozen=True)
class Trend:
    """Link quality hour by hour and in sum; faults by name, most frequent first."""

    sum: Quality
    figure: Figure
    faults: Sequence[tuple[str, Text, int]]


def trend_of(device: Device, now: datetime, days: int = TREND_DAYS) -> Trend:
    """Return the link quality of the last days from the hours that the record store keeps."""
    end = now.replace(minute=0, second=0, microsecond=0)
    start = end - timedelta(days=days)
    rows = list(LinkHour.objects.filter(device=device).between(start, end))
    by_hour = {row.hour: row for row in rows}
    link = getattr(device, "link", None)
    begun = max(start, link.first_frame_at) if link else end
    per_hour = max(3600 // slot_s(device.interval_s), 1)
    first = min(begun.replace(minute=0, second=0, microsecond=0), end - 24 * HOUR)
    hours = [first + at * HOUR for at in range(int((end - first) / HOUR))]
    shares = [_share(by_hour.get(hour), per_hour) for hour in hours]
    figure = Figure(
        start=first,
        step_s=3600,
        unit="%",
        lines=(Line(Text("完整率", "completeness"), tuple(shares)),),
        top=100,
        missing=Text("无报文", "no frames"),
    )
    total = link_board(Device.objects.filter(pk=device.pk), start=start, end=end, now=now).total.quality
    return Trend(total, figure, [(name, fault_words(name), count) for name, count in total.faults.items()])


def _share(row: LinkHour | None, per_hour: int) -> float | None:
    return None if row is None or not row.frames else round(min(row.periods / per_hour, 1) * 100, 1)


def head(reader: Reader, device: Device, now: datetime) -> dict[str, Any]:
    """Return what every tab of the page shows: standing and identity."""
    channels = list(Channel.objects.filter(device=device).select_related("latest", "point"))
    main = next((channel for channel in channels if channel.main), channels[0] if channels else None)
    latest = getattr(main, "latest", None)
    link = getattr(device, "link", None)
    signs = Signs(
        link.last_frame_at if link else None,
        latest.received_at if latest else None,
        latest.verdict if latest else "",
        device.interval_s,
    )
    state = standing(device.kind, signs, now)
    return {
        "device": device,
        "link": link,
        "kind": kind_name(device.kind),
        "standing": STANDING_WORDS[state],
        "standing_id": state.value,
        "silence": now - link.last_frame_at if link else None,
        "channels": channels,
        "rows": now_rows(channels, now),
        "alarms": alarms_for(reader, AlarmQuestion(device=device.pk, limit=SHOWN_ALARMS)),
        "tolerated": [(name, fault_words(name)) for name in device.tolerated],
        "masked": bool(device.secret),
        "source": _source(reader, device),
    }


def _source(reader: Reader, device: Device) -> dict[str, str] | None:
    """The ledger entry that is measured, where the reader sees it."""
    key = device.point.source_id if device.point else None
    found = Source.objects.visible_to(reader).filter(pk=key).first() if key else None
    return {"name": found.name, "url": address(found)} if found else None


# commands -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What a person may ask a device in one step: the code and the fields that its form shows."""

    code: str
    fields: tuple[str, ...] = ()

    @property
    def label(self) -> Text:
        """The command in words."""
        return words_of(HJ212_COMMANDS, self.code)


ASKED = (
    Asked("1012", ("SystemTime",)),
    Asked("1011"),
    Asked("1062", ("RtdInterval",)),
    Asked("1064", ("MinInterval",)),
    Asked("1072", ("NewPW",)),
    Asked("2011"),
    Asked("2051", ("BeginTime", "EndTime")),
    Asked("2061", ("BeginTime", "EndTime")),
    Asked("2031", ("BeginTime", "EndTime")),
    Asked("3011", ("PolId",)),
    Asked("3013", ("PolId",)),
    Asked("1000", ("OverTime", "ReCount")),
)
"""Commands that the form offers, the usual ones first."""


@dataclass(frozen=True)
class CommandRow:
    """A command with its words; ``parts`` are its parameters, ``reply`` what the device sent back."""

    command: Command
    label: Text
    parts: str
    reply: str
    open: bool


def command_rows(commands: Sequence[Command]) -> list[CommandRow]:
    """Return commands in words."""
    return [
        CommandRow(
            command=one,
            label=words_of(HJ212_COMMANDS, one.code),
            parts=_pairs({name: _shown(name, value) for name, value in one.parameters.items()}),
            reply=_pairs(one.reply),
            open=one.state in (Command.State.QUEUED, Command.State.SENT, Command.State.ACCEPTED),
        )
        for one in commands
    ]


def _shown(name: str, value: Any) -> Any:
    return "******" if name == "NewPW" else value


def _pairs(values: Mapping[str, Any]) -> str:
    return "; ".join(f"{name}={value}" for name, value in values.items())


def commands_of(reader: Reader, device: Device) -> list[CommandRow]:
    """Return a device's last commands, newest first."""
    found = Command.objects.visible_to(reader).filter(device=device).select_related("by")
    return command_rows(list(found[:SHOWN_COMMANDS]))


# upkeep ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class InstrumentRow:
    """An instrument with the lamp of its calibration: g, y (due soon), r (overdue), o (no date)."""

    instrument: Instrument
    lamp: str
    left: timedelta | None


def instrument_rows(instruments: Sequence[Instrument], today: date) -> list[InstrumentRow]:
    """Return instruments, those overdue first."""
    rows = [_instrument(one, today) for one in instruments]
    return sorted(rows, key=lambda row: ("ryog".index(row.lamp), row.instrument.name))


def _instrument(instrument: Instrument, today: date) -> InstrumentRow:
    due = instrument.calibration_due
    if due is None:
        return InstrumentRow(instrument, "o", None)
    left = due - today
    lamp = "r" if left < timedelta() else ("y" if left.days <= maintenance_rule(today).calibration_days else "g")
    return InstrumentRow(instrument, lamp, left)


@dataclass(frozen=True)
class CameraRow:
    """A camera and its last picture."""

    camera: Camera
    last: Snapshot | None

    @property
    def error(self) -> Text:
        """Why the last picture could not be taken."""
        return Text(self.last.error_zh, self.last.error_en) if self.last else Text("", "")


def _course(device: Device) -> dict[str, Any]:
    """Return a vehicle's permitted course and how the form shows its line."""
    course = Course.of(device.details)
    kind = kinds().get(device.kind)
    return {"mobile": bool(kind and kind.mobile), "course": course, "line": as_geojson(course.line) if course else ""}


def upkeep(reader: Reader, device: Device, now: datetime) -> dict[str, Any]:
    """Return instruments, windows and cameras of a device."""
    windows = MaintenanceWindow.objects.visible_to(reader).filter(device=device).select_related("declared_by")
    cameras = list(Camera.objects.filter(point_id=device.point_id)) if device.point_id else []
    pictures = list(Snapshot.objects.filter(camera__in=cameras).order_by("camera_id", "-asked_at")) if cameras else []
    last: dict[int, Snapshot] = {}
    for one in pictures:
        last.setdefault(one.camera_id, one)
    return {
        "instruments": instrument_rows(list(Instrument.objects.filter(device=device)), day_of(now)),
        "windows": list(windows[:SHOWN_WINDOWS]),
        "cameras": [CameraRow(camera, last.get(camera.pk)) for camera in cameras],
        "today": now.astimezone(BEIJING).date(),
        **_course(device),
    }
