"""The monitoring network (监测网络): kinds of points from the pack, and how a device stands at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from django.conf import settings

from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.reader import load_pack
from lantian.policy.records_telemetry import ChannelTemplate, LinkRule, PointKind


class Standing(StrEnum):
    """How a device stands now, best first."""

    ONLINE = "online"
    STALE = "stale"
    INVALID = "invalid"
    OFFLINE = "offline"
    NEVER = "never"


STANDING_WORDS: Mapping[Standing, Text] = {
    Standing.ONLINE: Text("在线", "On-line"),
    Standing.STALE: Text("数据过期", "Stale"),
    Standing.INVALID: Text("数据无效", "Invalid"),
    Standing.OFFLINE: Text("离线", "Off-line"),
    Standing.NEVER: Text("未接入", "Never seen"),
}

VERDICT_WORDS: Mapping[str, Text] = {
    "valid": Text("有效", "valid"),
    "invalid": Text("无效", "invalid"),
    "suspect": Text("存疑", "suspect"),
}

REASON_WORDS: Mapping[str, Text] = {
    "flag": Text("设备标记", "device flag"),
    "range": Text("超量程", "out of range"),
    "unit-jump": Text("疑似单位跳变", "unit seems to have jumped"),
    "damaged": Text("报文损坏", "damaged frame"),
    "format": Text("格式不符", "wrong format"),
}

FLAG_WORDS: Mapping[str, Text] = {
    "N": Text("正常", "normal"),
    "F": Text("停运", "stopped"),
    "M": Text("维护", "maintenance"),
    "S": Text("手工输入", "set by hand"),
    "D": Text("故障", "fault"),
    "C": Text("校准", "calibration"),
    "T": Text("超量程", "over range"),
    "B": Text("通讯异常", "no link"),
    "synthetic": Text("合成", "synthetic"),
}
"""Data flags of HJ 212-2017, table 8."""


@lru_cache(maxsize=4)
def _kinds(pack: str) -> Mapping[str, PointKind]:
    return {kind.id: kind for kind in sorted(load_pack(pack).all(PointKind), key=lambda kind: kind.order)}


def kinds() -> Mapping[str, PointKind]:
    """Return the pack's kinds of points by id, in its order."""
    return _kinds(settings.PACK)


def kind_name(kind: str) -> Text:
    """Return a kind in words; an unknown one goes by its id."""
    found = kinds().get(kind)
    return Text(found.zh, found.en) if found else Text(kind, kind)


@lru_cache(maxsize=4)
def _names(pack: str) -> Mapping[str, tuple[ChannelTemplate, Text]]:
    """Return each factor's first channel template; the first kind that has it gives its name."""
    found: dict[str, tuple[ChannelTemplate, Text]] = {}
    for kind in _kinds(pack).values():
        for one in kind.channels:
            found.setdefault(one.factor or one.code, (one, Text(one.zh, one.en)))
    return found


def factor_name(factor: str) -> Text:
    """Return a factor code in words, as ``a34004`` is PM2.5; an unknown one stays as it is."""
    found = _names(settings.PACK).get(factor)
    return found[1] if found else Text(factor, factor)


def factor_unit(factor: str) -> str:
    """Return the unit in which a factor is usually kept; empty when it is unknown."""
    found = _names(settings.PACK).get(factor)
    return (found[0].stored or found[0].unit) if found else ""


@lru_cache(maxsize=16)
def _stale_reports(pack: str, day: date) -> int:
    return load_pack(pack).get(LinkRule, "link", day).stale_reports


@dataclass(frozen=True, slots=True)
class Signs:
    """What a device's standing is judged by: its last frame, receipt and verdict of its main value, its interval."""

    last_frame_at: datetime | None
    received_at: datetime | None
    verdict: str
    interval_s: int


def standing(kind: str, signs: Signs, now: datetime) -> Standing:
    """Judge a device by the rule of its kind."""
    return standing_under(kinds().get(kind), signs, now)


def standing_under(rule: PointKind | None, signs: Signs, now: datetime) -> Standing:
    """Judge a device: silent for longer than its kind allows, its main value invalid, or older than the pack allows."""
    silence = timedelta(seconds=rule.offline_after_s if rule else max(signs.interval_s * 10, 600))
    if signs.last_frame_at is None:
        return Standing.NEVER
    if now - signs.last_frame_at > silence:
        return Standing.OFFLINE
    if signs.verdict == "invalid":
        return Standing.INVALID
    newest = signs.received_at or signs.last_frame_at
    patience = timedelta(seconds=_stale_reports(settings.PACK, day_of(now)) * max(signs.interval_s, 1))
    return Standing.STALE if now - newest > patience else Standing.ONLINE


def words_of(known: Mapping[str, Text], code: str) -> Text:
    """Return a code in words; an unknown one stays as it is.

    >>> words_of(FLAG_WORDS, "N").en, words_of(FLAG_WORDS, "x1").en
    ('normal', 'x1')
    """
    return known.get(code, Text(code, code))
