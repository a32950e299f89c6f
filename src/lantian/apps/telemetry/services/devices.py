"""Devices of the register (设备登记): registered, adopted, changed, suspended; each write is on record.

Who may do so is the views' question; what a device may be called and may send is decided here.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.db import transaction

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.audit.services import record
from lantian.apps.telemetry.models import Channel, Device, Point, UnknownDevice
from lantian.apps.telemetry.services.channels import DeviceError, NewChannel, made_channel
from lantian.kernel.errors import Text
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack
from lantian.policy.records_telemetry import PointKind
from lantian.protocols.hj212.faults import TOLERABLE

ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def _mn(key: str) -> bool:
    return re.fullmatch(r"[!-~]{1,40}", key) is not None and not set(key) & set(";,=&#")


_KEYS: Mapping[str, tuple[Callable[[str], bool], Text]] = {
    "hj212": (_mn, Text("1–40 个可见字符，不含 ;,=&#", "1 to 40 visible characters without ;,=&#")),
    "gb17691": (
        lambda key: re.fullmatch(r"[A-HJ-NPR-Z0-9]{17}", key) is not None,
        Text("17 位车辆识别代号，不含 I、O、Q", "the 17 characters of a VIN, without I, O, Q"),
    ),
    "jt808": (
        lambda key: re.fullmatch(r"[0-9]{5,20}", key) is not None,
        Text("5–20 位数字的终端手机号", "a terminal phone of 5 to 20 digits"),
    ),
}
"""How a device names itself: MN (opaque in practice), VIN (ISO 3779), terminal phone (BCD)."""


def device_key(family: str, key: str) -> str:
    """Return a key as the register keeps it, a phone without leading zeros; raises DeviceError on what is none."""
    found = key.strip()
    found = found.lstrip("0") if family == "jt808" else found.upper() if family == "gb17691" else found
    fits, wanted = _KEYS[family]
    if not fits(found):
        raise DeviceError(Text(f"设备标识“{key}”应为{wanted.zh}。", f"The device key “{key}” must be {wanted.en}."))
    return found


@dataclass(frozen=True)
class NewDevice:
    """A device to register. channels: None takes those of its kind; interval_s: None takes the kind's."""

    id: str
    name_zh: str
    kind: str
    key: str
    point: Point | None = None
    name_en: str = ""
    secret: str = field(default="", repr=False)
    networks: Sequence[str] = ()
    tolerated: Sequence[str] = ()
    interval_s: int | None = None
    period_s: int = 0
    owner: Organisation | None = None
    maintainer: Organisation | None = None
    plate: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    synthetic: bool = False
    channels: Sequence[NewChannel] | None = None


@transaction.atomic
def register_device(new: NewDevice, *, by: Person | None, at: datetime) -> Device:
    """Register a device with its channels; raises DeviceError and UnitError."""
    device = create_device(new, at=at)
    detail = {"family": device.family, "key": device.key, "kind": device.kind, "point": device.point_id}
    record("device.registered", subject=device, actor=by, at=at, detail=detail)
    return device


def create_device(new: NewDevice, *, at: datetime) -> Device:
    """Store a device with its channels, without putting it on record; for those who register many at once."""
    kind = point_kind(new.kind)
    if not ID.fullmatch(new.id) or Device.objects.filter(pk=new.id).exists():
        raise DeviceError(
            Text(
                f"设备编号“{new.id}”须为小写字母、数字、.、_、-，且不与已有设备重复。",
                f"The device id “{new.id}” must be of a-z 0-9 . _ -, and no other device's.",
            )
        )
    if not new.name_zh.strip():
        raise DeviceError(Text("请填写设备名称。", "Give the device a name."))
    if new.point is None and not kind.mobile:
        raise DeviceError(Text(f"{kind.zh}的设备须指定点位。", f"A device of kind “{kind.en}” needs a point."))
    device = Device(
        id=new.id,
        name_zh=new.name_zh.strip(),
        name_en=new.name_en,
        kind=kind.id,
        family=kind.family,
        key=free_key(kind.family, new.key),
        secret=new.secret,
        networks=networks(new.networks),
        tolerated=tolerance(kind.family, new.tolerated),
        point=new.point,
        interval_s=new.interval_s or kind.interval_s,
        period_s=new.period_s,
        owner=new.owner,
        maintainer=new.maintainer,
        plate=new.plate,
        details=dict(new.details),
        synthetic=new.synthetic,
        registered_at=at,
    )
    device.save(force_insert=True)
    wanted = [NewChannel.of(one) for one in kind.channels] if new.channels is None else new.channels
    Channel.objects.bulk_create(made_channel(device, channel, order) for order, channel in enumerate(wanted))
    return device


def pack() -> Pack:
    """Return the pack in use."""
    return load_pack(settings.PACK)


def point_kind(kind: str) -> PointKind:
    """Return the pack's record of a kind of point; raises DeviceError where there is none."""
    found = pack().find(PointKind, kind)
    if found is None:
        known = " ".join(sorted(record.id for record in pack().all(PointKind)))
        raise DeviceError(Text(f"没有点位类别“{kind}”，可用：{known}。", f"There is no kind “{kind}”; use: {known}."))
    return found


def free_key(family: str, key: str, *, but: Device | None = None) -> str:
    """Return a key that no other device of the family has; raises DeviceError."""
    found = device_key(family, key)
    taken = Device.objects.filter(family=family, key=found).exclude(pk=but.pk if but else "").first()
    if taken:
        raise DeviceError(
            Text(f"设备标识 {found} 已登记为“{taken.name_zh}”。", f"The key {found} belongs to device {taken.pk}.")
        )
    return found


def networks(texts: Iterable[str]) -> list[str]:
    """Return address lists as they are kept, such as ``10.1.2.0/24``; raises DeviceError."""
    found = []
    for text in texts:
        try:
            found.append(str(ip_network(text.strip(), strict=False)))
        except ValueError:
            wanted = "10.1.2.0/24, 10.1.2.3"
            raise DeviceError(
                Text(f"地址“{text}”不可用，应如：{wanted}。", f"“{text}” is no address; write it like {wanted}.")
            ) from None
    return list(dict.fromkeys(found))


def tolerance(family: str, faults: Iterable[str]) -> list[str]:
    """Return the names of tolerated faults, sorted; raises DeviceError on one for which it would have no effect."""
    known = {fault.value for fault in TOLERABLE} if family == "hj212" else set()
    wanted = sorted(set(faults))
    unknown = [fault for fault in wanted if fault not in known]
    if unknown:
        has = " ".join(sorted(known)) or "—"
        raise DeviceError(
            Text(
                f"报文缺陷“{unknown[0]}”不能容忍，可用：{has}。",
                f"The fault “{unknown[0]}” cannot be tolerated; these can: {has}.",
            )
        )
    return wanted


@transaction.atomic
def adopt(unknown: UnknownDevice, new: NewDevice, *, by: Person | None, at: datetime) -> Device:
    """Register a device from the quarantine under the key by which it named itself; raises DeviceError."""
    family = point_kind(new.kind).family
    if unknown.family != family:
        raise DeviceError(
            Text(
                f"该设备使用 {unknown.family} 协议，{new.kind} 类点位使用 {family}。",
                f"The device speaks {unknown.family}, and points of kind {new.kind} speak {family}.",
            )
        )
    device = create_device(new, at=at)
    unknown.state = UnknownDevice.State.ADOPTED
    unknown.save(update_fields=["state"])
    detail = {"family": family, "key": device.key, "frames_before": unknown.frames, "kind": device.kind}
    record("device.adopted", subject=device, actor=by, at=at, detail=detail)
    return device


CHANGEABLE = (
    "name_zh", "name_en", "key", "networks", "tolerated", "point", "interval_s", "period_s", "owner", "maintainer",
    "plate", "details",
)  # fmt: skip
"""What :func:`change_device` changes; the secret and whether the device is active have verbs of their own."""


@transaction.atomic
def change_device(device: Device, changes: Mapping[str, Any], *, by: Person | None, at: datetime) -> Device:
    """Change what is named; raises DeviceError. What stays as it was is not put on record."""
    stored = Device.objects.select_for_update().get(pk=device.pk)
    checked = {name: _checked(stored, name, value) for name, value in changes.items()}
    before = {name: getattr(stored, name) for name in checked}
    news = {name: value for name, value in checked.items() if value != before[name]}
    for name, value in news.items():
        setattr(stored, name, value)
    if news:
        stored.save(update_fields=list(news))
        detail = {name: [_plain(before[name]), _plain(value)] for name, value in news.items()}
        record("device.changed", subject=stored, actor=by, at=at, detail=detail)
    return stored


def _checked(device: Device, name: str, value: Any) -> Any:
    checks: Mapping[str, Callable[[Any], Any]] = {
        "key": lambda key: free_key(device.family, key, but=device),
        "networks": networks,
        "tolerated": lambda faults: tolerance(device.family, faults),
        "interval_s": _interval,
    }
    if name not in CHANGEABLE:
        raise DeviceError(Text(f"不能这样修改 {name}。", f"{name} is not changed this way."))
    return checks[name](value) if name in checks else value


def _interval(seconds: int) -> int:
    if not 1 <= seconds <= 86400:
        raise DeviceError(
            Text(f"上报间隔 {seconds} 秒应在 1–86400 之间。", f"The interval {seconds} s must lie in 1…86400.")
        )
    return seconds


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, (Point, Organisation)) else value


@transaction.atomic
def suspend_device(device: Device, *, reason: str, by: Person | None, at: datetime) -> None:
    """Stop taking what a device sends; its past stays. A reason is needed."""
    if not reason.strip():
        raise DeviceError(Text("请写明停用理由。", "Say why the device is suspended."))
    Device.objects.filter(pk=device.pk).update(active=False)
    record("device.suspended", subject=device, actor=by, at=at, detail={"reason": reason.strip()})


@transaction.atomic
def resume_device(device: Device, *, by: Person | None, at: datetime) -> None:
    """Take again what a suspended device sends."""
    Device.objects.filter(pk=device.pk).update(active=True)
    record("device.resumed", subject=device, actor=by, at=at)


@transaction.atomic
def change_secret(device: Device, secret: str, *, by: Person | None, at: datetime) -> None:
    """Change what the device proves itself by, empty for nothing; the change is on record, the secret never."""
    if not re.fullmatch(r"[!-~]{0,64}", secret):
        raise DeviceError(Text("口令应为至多 64 个可见字符。", "A secret has at most 64 visible characters."))
    Device.objects.filter(pk=device.pk).update(secret=secret)
    record("device.secret-changed", subject=device, actor=by, at=at, detail={"asked": bool(secret)})
