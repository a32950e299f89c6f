"""Records of monitoring (监测): kinds of points with their channels, how a device of each kind reports, link limits."""

from typing import Literal

from pydantic import Field

from lantian.policy.records import Model, Record, record_type


class ChannelTemplate(Model):
    """A channel that a device of a kind usually has.

    code: as sent; factor: as stored (None is the code). unit: as the kind's devices send it; stored: the unit kept.
    low, high: the instrument's usual range in the stored unit. main: shown first, on maps and lists.
    """

    code: str
    zh: str
    en: str
    unit: str
    stored: str | None = None
    scale: float = 1.0
    factor: str | None = None
    low: float | None = None
    high: float | None = None
    decimals: int = 0
    main: bool = False


@record_type("point_kind")
class PointKind(Record):
    """A kind of monitoring point (点位类别) and how its devices report.

    family: the protocol; st: its usual HJ 212 system code. symbol: the mark on the map. interval_s: between reports.
    offline_after_s: silence after which a device counts as off-line. mobile: it moves and has no point of its own.
    trade: the organisation that supervises it (行业主管).
    """

    family: Literal["hj212", "gb17691", "jt808"]
    st: str | None = None
    symbol: Literal["circle", "square", "triangle", "diamond", "hexagon", "stack", "truck", "drop"]
    interval_s: int = Field(ge=1)
    offline_after_s: int = Field(ge=1)
    mobile: bool = False
    trade: str | None = None
    order: int = 0
    channels: tuple[ChannelTemplate, ...] = ()
