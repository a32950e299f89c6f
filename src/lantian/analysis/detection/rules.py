"""Alarm rules (报警规则): each names one mechanism with its parameters, all of them from the policy pack.

Every mechanism is a frozen class; its fields are the keys that a pack may write under ``parameters``. Concentrations
are in the unit in which the channel is stored. ``period`` is the averaging time: ``1min`` as reported, ``5min``,
``15min`` (clock-aligned means), ``1h`` (validated hour means).
"""

from dataclasses import dataclass, field
from typing import Literal

from lantian.kernel.errors import Text

Period = Literal["1min", "5min", "15min", "1h"]
Side = Literal["above", "below"]

PERIOD_MINUTES: dict[Period, int] = {"1min": 1, "5min": 5, "15min": 15, "1h": 60}


@dataclass(frozen=True)
class Gate:
    """A condition on another channel of the same device: its mean lies above or below a value."""

    channel: str
    above: float | None = None
    below: float | None = None


@dataclass(frozen=True)
class Background:
    """Same-period value of the area's regulatory stations, to be taken off (背景).

    Skipped with fewer than ``minimum_stations``, in sand dust, and where their humidity lies above ``humidity`` [%].
    """

    kind: str = "station"
    statistic: Literal["mean", "median"] = "median"
    minimum_stations: int = 1
    humidity: float = 90.0
    humidity_channel: str = "a01002"


@dataclass(frozen=True)
class Exceedance:
    """A mean beyond a limit (超限), with hysteresis: on beyond ``limit``, off at ``off_limit``.

    limit: for every point; or cases: by the point's detail ``case_key`` (``default_case`` where it has none); or
    own: the point's own limit in its detail ``limits`` under the channel. off_share: the off limit as share of the
    limit. oxygen: whether the value is converted to the point's reference oxygen (``reference_oxygen``) first.
    gates: what must hold beside it. contribution, contribution_share: how far it must lie above the background too, in
    its unit and as share of the background, so that a site does not answer for the air that comes to it; where there
    are no regulatory stations at all, that is not asked.
    """

    period: Period
    limit: float | None = None
    side: Side = "above"
    off_share: float = 0.9
    cases: dict[str, float] = field(default_factory=dict)
    case_key: str = "stage"
    default_case: str = ""
    own: bool = False
    oxygen: bool = False
    gates: tuple[Gate, ...] = ()
    contribution: float | None = None
    contribution_share: float = 0.0
    background: Background = Background()
    mechanism: Literal["exceedance"] = "exceedance"


@dataclass(frozen=True)
class AboveBackground:
    """The difference from the background beyond a limit (与背景之差)."""

    period: Period
    limit: float
    background: Background = Background()
    off_share: float = 0.8
    mechanism: Literal["background"] = "background"


@dataclass(frozen=True)
class Allowance:
    """How many periods a day may lie above a value."""

    above: float
    allowed: int


@dataclass(frozen=True)
class DailyCount:
    """More periods of a Beijing day above a value than are allowed (日内次数).

    Each of ``counts`` is judged by itself. background: taken off first, if given.
    """

    period: Period
    counts: tuple[Allowance, ...]
    background: Background | None = None
    mechanism: Literal["daily-count"] = "daily-count"


@dataclass(frozen=True)
class NeighbourRatio:
    """More than ``times`` the nearest peers within ``radius_km`` (与周边之比) and ``difference`` above them."""

    period: Period
    times: float
    radius_km: float
    peers: tuple[str, ...]
    nearest: int = 1
    difference: float = 0.0
    off_share: float = 0.9
    mechanism: Literal["neighbour-ratio"] = "neighbour-ratio"


@dataclass(frozen=True)
class RateOfChange:
    """A rise of ``limit`` or more within ``minutes`` (变化率), to at least ``floor``."""

    limit: float
    minutes: int
    floor: float = 0.0
    mechanism: Literal["rate"] = "rate"


@dataclass(frozen=True)
class Frozen:
    """The same value for a long time (恒值): a run of equal values, at the digits reported.

    minutes: the shortest run. above: smaller values are not judged, for they repeat by themselves. false_rate: how
    often a clean series may show such a run in one window; with the share of repeats that the series shows outside
    the run, it lengthens the run asked for. gates: what must hold beside the newest value, such as a running plant.
    """

    minutes: int
    above: float = 0.0
    false_rate: float = 1e-6
    gates: tuple[Gate, ...] = ()
    mechanism: Literal["frozen"] = "frozen"


@dataclass(frozen=True)
class Clipped:
    """Values held at the top (削顶): at the end of the range, or many at one and the same maximum.

    last_minutes: how far back is looked. minutes: values at the end of the range. count, share: of the values at one
    maximum, which must be ``times`` as frequent as any other value: in quiet air all values are. above: as in Frozen.
    """

    last_minutes: int
    minutes: int
    count: int
    share: float
    times: float = 2.0
    above: float = 0.0
    mechanism: Literal["clipped"] = "clipped"


@dataclass(frozen=True)
class Ordering:
    """A part larger than the whole (PM2.5 大于 PM10): ``channel`` of the rule above ``whole`` by share and amount."""

    whole: str
    share: float
    difference: float
    period: Period = "15min"
    mechanism: Literal["ordering"] = "ordering"


@dataclass(frozen=True)
class NeighbourOutlier:
    """Out of line with its neighbours (与周边不一致): robust z over the ``nearest`` of its kind within ``radius_km``.

    z = (x - median) / max(1.4826 MAD, floor, floor_share × median).
    """

    period: Period
    z: float
    nearest: int
    radius_km: float
    floor: float
    floor_share: float = 0.15
    minimum: int = 4
    mechanism: Literal["neighbour-outlier"] = "neighbour-outlier"


@dataclass(frozen=True)
class Drift:
    """A slow change of gain against the neighbours (漂移), over ``days``.

    The slope (Theil-Sen) of the daily log ratio to the median of the ``nearest`` neighbours, times ``days``, beyond
    ln(1 + ``change``); and at least ``score`` times its own standard error.
    """

    days: int
    change: float
    score: float
    nearest: int
    radius_km: float
    minimum_days: int
    mechanism: Literal["drift"] = "drift"


@dataclass(frozen=True)
class OperatingState:
    """Declared state and measurement contradict each other (工况矛盾).

    ``emitting-while-stopped``: the value lies above ``value`` while the device flags ``F`` or all gates hold.
    ``silent-while-running``: the value lies at or below ``value`` while all gates hold.
    """

    state: Literal["emitting-while-stopped", "silent-while-running"]
    value: float
    gates: tuple[Gate, ...]
    period: Period = "5min"
    mechanism: Literal["operating-state"] = "operating-state"


@dataclass(frozen=True)
class OxygenStep:
    """Oxygen moves while the plant does not (氧含量异常): a step of ``step`` points from before to after.

    before_minutes, after_minutes: the means compared. steady: channels whose own relative change may be at most
    ``steady_share``. direction down lowers the converted value.
    """

    step: float
    before_minutes: int
    after_minutes: int
    steady: tuple[str, ...]
    steady_share: float
    mechanism: Literal["oxygen-step"] = "oxygen-step"


@dataclass(frozen=True)
class Sprinkling:
    """Water near the inlet (喷淋干扰): humidity jumps and PM10 drops against the neighbours at once.

    humidity_rise [points] and pm10_drop (share) of the last ``after_minutes`` against the ``before_minutes`` before,
    each less the median change of the ``nearest`` neighbours; PM2.5 drops by no more than that and ``fine_margin``.
    """

    humidity_rise: float
    pm10_drop: float
    before_minutes: int
    after_minutes: int
    nearest: int
    radius_km: float
    peers: tuple[str, ...]
    humidity_channel: str = "a01002"
    fine_channel: str = "a34004"
    fine_margin: float = 0.05
    mechanism: Literal["sprinkling"] = "sprinkling"


@dataclass(frozen=True)
class Offline:
    """Silence (离线): no frame for the kind's time, filled in from the pack's point kinds [s]."""

    after_s: dict[str, int] = field(default_factory=dict)
    mechanism: Literal["offline"] = "offline"


@dataclass(frozen=True)
class ClockDrift:
    """The device's clock is off by more than ``seconds`` (时钟偏差)."""

    seconds: float
    mechanism: Literal["clock-drift"] = "clock-drift"


@dataclass(frozen=True)
class Late:
    """Too many periods of the last day arrived late (补传滞后): ``share`` of them, of at least ``minimum``."""

    share: float
    minimum: int
    mechanism: Literal["late"] = "late"


@dataclass(frozen=True)
class Fence:
    """A vehicle where it may not be (禁行): inside ``polygon``, or anywhere if that is empty, at forbidden hours.

    from_hour, to_hour: Beijing clock hours [from, to), over midnight where from > to; equal is all day.
    speed_above: only positions faster than this count [km/h].
    """

    polygon: tuple[tuple[float, float], ...] = ()
    from_hour: int = 0
    to_hour: int = 0
    speed_above: float = 0.0
    mechanism: Literal["fence"] = "fence"


@dataclass(frozen=True)
class Route:
    """A vehicle off its permitted course by more than ``distance_km`` (偏离路线)."""

    distance_km: float
    mechanism: Literal["route"] = "route"


@dataclass(frozen=True)
class Regional:
    """Many points rise together (区域过程): one notice instead of one alarm for each.

    A point has risen when its hour lies at ``times`` its own mean of the ``hours_before`` hours before, and
    ``difference`` above it. The episode begins when at least ``share`` of at least ``minimum_points`` have; it lasts
    while half that share still lies that far above its level before the episode, at most ``longest_hours``.
    A finding of a rule that names this one is covered when its peak, less the median rise of all, is within its limit.
    """

    times: float
    difference: float
    share: float
    minimum_points: int
    hours_before: int
    longest_hours: int = 48
    mechanism: Literal["regional"] = "regional"


@dataclass(frozen=True)
class WindowAbuse:
    """Maintenance windows used too much, or declared after an exceedance had begun (维护窗口滥用).

    share: of the last ``days`` that a device may spend in windows. late_minutes: a window declared more than this after
    the start of a finding that it would suppress is late.
    """

    share: float
    days: int
    late_minutes: int
    mechanism: Literal["window-abuse"] = "window-abuse"


Mechanism = (
    Exceedance
    | AboveBackground
    | DailyCount
    | NeighbourRatio
    | RateOfChange
    | Frozen
    | Clipped
    | Ordering
    | NeighbourOutlier
    | Drift
    | OperatingState
    | OxygenStep
    | Sprinkling
    | Offline
    | ClockDrift
    | Late
    | Fence
    | Route
    | Regional
    | WindowAbuse
)


NAMELESS = Text("", "")


@dataclass(frozen=True)
class Rule:
    """One alarm rule bound to its record.

    version: digest of the record. channel: factor as the lake keeps it, "" where the rule looks at none.
    channel_label, unit: of the channel. minimum_minutes: how long the condition must hold before it is a finding;
    clear_minutes: how long it must have ceased before it ends. regional: id of the rule of mechanism ``regional`` that
    may cover its findings. yields_to: rules whose finding at the same place (and channel, if they have one) makes this
    one's a duplicate.
    """

    id: str
    label: Text
    citation: Text
    mechanism: Mechanism
    kinds: tuple[str, ...]
    channel: str = ""
    channel_label: Text = NAMELESS
    unit: str = ""
    level: int = 1
    minimum_minutes: int = 0
    clear_minutes: int = 0
    regional: str = ""
    yields_to: tuple[str, ...] = ()
    hints: tuple[Text, ...] = ()
    version: str = ""
