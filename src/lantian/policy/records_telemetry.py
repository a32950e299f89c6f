"""Records of monitoring (监测): kinds of points with their channels, how a device of each kind reports, link limits."""

from decimal import Decimal
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


@record_type("link_rule")
class LinkRule(Record):
    """When a link is poor (联网质量限值).

    late_s: a period received more than this after its end counts as late. clock_offset_s: largest offset of a device's
    clock. completeness_percent: least share of periods received of those due. transmission_percent: least effective
    transmission rate, received/due × valid/due. bad_percent: largest share of frames that could not be used.
    keep_days: how long hours of link quality are kept. stale_reports: a device still connected that missed so many
    reports in a row shows its last value as stale.
    """

    late_s: int = Field(ge=1)
    clock_offset_s: int = Field(ge=1)
    completeness_percent: Decimal
    transmission_percent: Decimal
    bad_percent: Decimal
    keep_days: int = Field(ge=31)
    stale_reports: int = Field(ge=1)


@record_type("maintenance_rule")
class MaintenanceRule(Record):
    """Bounds of maintenance windows (维护窗口); what counts as abuse the alarm rule ``window-abuse`` says.

    retroactive_h: how long after its start a window may still be declared. longest_h: its greatest length.
    calibration_days: an instrument's calibration that is due within so many days is due soon.
    """

    retroactive_h: int = Field(ge=0)
    longest_h: int = Field(ge=1)
    calibration_days: int = Field(ge=0)
