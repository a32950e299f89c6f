"""What a mechanism asks, as a sentence with its limits (规则的话): one function for each mechanism."""

from collections.abc import Callable, Mapping
from typing import Any

from lantian.analysis.detection import rules as kinds
from lantian.analysis.detection.rules import Gate
from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted
from lantian.policy.records_alarm import AlarmRuleRecord

Sentence = Callable[[Any, str], Text]
"""Makes a sentence of a mechanism's parameters and the unit of its channel."""

PERIODS = {
    "1min": Text("分钟值", "minute value"),
    "5min": Text("5 分钟均值", "5-minute mean"),
    "15min": Text("15 分钟均值", "15-minute mean"),
    "1h": Text("小时均值", "hour mean"),
}


def sentence(record: AlarmRuleRecord) -> Text:
    """Return what a rule asks, with how long it must hold."""
    said = SENTENCES[type(record.parameters)](record.parameters, _unit(record.unit or ""))
    if not record.minimum_minutes:
        return said
    minutes = record.minimum_minutes
    return Text(f"{said.zh}，持续 {minutes} 分钟", f"{said.en}, for {minutes} min")


def _unit(unit: str) -> str:
    return "" if unit in ("", "1") else f" {unit}"


def _number(value: float) -> str:
    return f"{value:g}"


def _share(value: float) -> str:
    return f"{value * 100:g} %"


def _with_gates(said: Text, gates: tuple[Gate, ...]) -> Text:
    bounds = [f"{gate.channel} > {_number(gate.above)}" for gate in gates if gate.above is not None]
    bounds += [f"{gate.channel} < {_number(gate.below)}" for gate in gates if gate.below is not None]
    if not bounds:
        return said
    return Text(f"{said.zh}，且 {'、'.join(bounds)}", f"{said.en}, while {', '.join(bounds)}")


def _exceedance(rule: kinds.Exceedance, unit: str) -> Text:
    period, sign = PERIODS[rule.period], ">" if rule.side == "above" else "<"
    if rule.own:
        limit = Text("点位自身限值", "the point's own limit")
    elif rule.cases:
        values = "、".join(sorted({f"{_number(value)}" for value in rule.cases.values()}))
        limit = Text(f"{values}{unit}（按情形）", f"{values.replace('、', ', ')}{unit} (by case)")
    else:
        limit = Text(f"{_number(rule.limit or 0)}{unit}", f"{_number(rule.limit or 0)}{unit}")
    oxygen = Text("折算后", "converted ") if rule.oxygen else Text("", "")
    said = Text(f"{oxygen.zh}{period.zh} {sign} {limit.zh}", f"{oxygen.en}{period.en} {sign} {limit.en}")
    return _with_gates(said, rule.gates)


def _background(rule: kinds.AboveBackground, unit: str) -> Text:
    period, limit = PERIODS[rule.period], f"{_number(rule.limit)}{unit}"
    return Text(f"{period.zh}减区域背景 > {limit}", f"{period.en} less the background > {limit}")


def _daily(rule: kinds.DailyCount, unit: str) -> Text:
    period = PERIODS[rule.period]
    zh = "或".join(f"大于 {_number(one.above)}{unit} 超过 {one.allowed} 次" for one in rule.counts)
    en = " or ".join(
        f"above {_number(one.above)}{unit} more than {counted(one.allowed, 'time')}" for one in rule.counts
    )
    less = Text("减区域背景，", "less the background, ") if rule.background else Text("", "")
    return Text(f"当日{period.zh}{less.zh}{zh}", f"{period.en}, {less.en}{en} a day")


def _ratio(rule: kinds.NeighbourRatio, unit: str) -> Text:
    period = PERIODS[rule.period]
    more = Text(f"，且高出 {_number(rule.difference)}{unit}", f" and {_number(rule.difference)}{unit} above it")
    more = more if rule.difference else Text("", "")
    zh = f"{period.zh}超过 {_number(rule.radius_km)} km 内最近站点的 {_number(rule.times)} 倍{more.zh}"
    en = f"{period.en} above {_number(rule.times)} × the nearest station within {_number(rule.radius_km)} km{more.en}"
    return Text(zh, en)


def _rate(rule: kinds.RateOfChange, unit: str) -> Text:
    limit, floor = f"{_number(rule.limit)}{unit}", f"{_number(rule.floor)}{unit}"
    return Text(
        f"{rule.minutes} 分钟内升高 ≥ {limit}，升至 ≥ {floor}",
        f"rises by ≥ {limit} within {rule.minutes} min, to ≥ {floor}",
    )


def _frozen(rule: kinds.Frozen, unit: str) -> Text:
    above = f"{_number(rule.above)}{unit}"
    said = Text(
        f"同一数值 ≥ {rule.minutes} 分钟（大于 {above} 时）", f"one value for ≥ {rule.minutes} min (above {above})"
    )
    return _with_gates(said, getattr(rule, "gates", ()))


def _clipped(rule: kinds.Clipped, unit: str) -> Text:
    share = _share(rule.share)
    return Text(
        f"满量程 ≥ {rule.minutes} 分钟，或 {rule.count} 个以上且 {share} 以上的值停在同一最大值",
        f"at the end of the range for ≥ {rule.minutes} min, "
        f"or ≥ {counted(rule.count, 'value')} and {share} at one maximum",
    )


def _ordering(rule: kinds.Ordering, unit: str) -> Text:
    share, amount = _share(rule.share), f"{_number(rule.difference)}{unit}"
    return Text(
        f"比 {rule.whole} 高 {share} 以上，且高 {amount} 以上", f"above {rule.whole} by more than {share} and {amount}"
    )


def _outlier(rule: kinds.NeighbourOutlier, unit: str) -> Text:
    near, z, km = rule.nearest, _number(rule.z), _number(rule.radius_km)
    return Text(
        f"与 {km} km 内最近 {near} 个同类点位的稳健偏差 ≥ {z}",
        f"robust z ≥ {z} against the {near} nearest within {km} km",
    )


def _drift(rule: kinds.Drift, unit: str) -> Text:
    change = _share(rule.change)
    return Text(
        f"{rule.days} 天内与邻点之比变化 > {change}，且 ≥ {_number(rule.score)} 倍标准误",
        f"ratio to the neighbours changes by > {change} in {counted(rule.days, 'day')}, "
        f"≥ {_number(rule.score)} standard errors",
    )


def _state(rule: kinds.OperatingState, unit: str) -> Text:
    value = f"{_number(rule.value)}{unit}"
    stopped = rule.state == "emitting-while-stopped"
    said = (
        Text(f"停运时仍 > {value}", f"> {value} while stopped")
        if stopped
        else Text(f"运行时 ≤ {value}", f"≤ {value} while running")
    )
    return _with_gates(said, rule.gates)


def _oxygen(rule: kinds.OxygenStep, unit: str) -> Text:
    step, share = _number(rule.step), _share(rule.steady_share)
    return Text(
        f"氧含量突变 ≥ {step} 个百分点，而烟气工况变化 ≤ {share}",
        f"oxygen steps by ≥ {step} points while the plant changes by ≤ {share}",
    )


def _sprinkling(rule: kinds.Sprinkling, unit: str) -> Text:
    rise, drop = _number(rule.humidity_rise), _share(rule.pm10_drop)
    return Text(
        f"相对邻点湿度升高 ≥ {rise} 个百分点，同时 PM10 下降 ≥ {drop}",
        f"against the neighbours humidity rises by ≥ {rise} points while PM10 drops by ≥ {drop}",
    )


def _offline(rule: kinds.Offline, unit: str) -> Text:
    return Text("超过该类设备的离线时间没有报文", "no frame for the time that the kind allows")


def _clock(rule: kinds.ClockDrift, unit: str) -> Text:
    return Text(
        f"设备时钟偏差 > {_number(rule.seconds)} 秒", f"the device's clock is off by > {_number(rule.seconds)} s"
    )


def _late(rule: kinds.Late, unit: str) -> Text:
    share = _share(rule.share)
    return Text(
        f"近一天迟到时段占比 > {share}（至少 {rule.minimum} 个时段）",
        f"> {share} of the last day's periods arrive late (of at least {rule.minimum})",
    )


def _fence(rule: kinds.Fence, unit: str) -> Text:
    hours = f"{rule.from_hour:02}:00—{rule.to_hour:02}:00"
    where = Text("在禁行区内", "inside the area") if rule.polygon else Text("行驶", "moving")
    speed = _number(rule.speed_above)
    return Text(f"{hours} {where.zh}，车速 > {speed} km/h", f"{hours} {where.en}, faster than {speed} km/h")


def _route(rule: kinds.Route, unit: str) -> Text:
    return Text(
        f"偏离准运路线 > {_number(rule.distance_km)} km", f"> {_number(rule.distance_km)} km off the permitted course"
    )


def _regional(rule: kinds.Regional, unit: str) -> Text:
    times, amount, share = _number(rule.times), f"{_number(rule.difference)}{unit}", _share(rule.share)
    least, hours = rule.minimum_points, rule.hours_before
    return Text(
        f"{share} 以上点位（至少 {least} 个）升至前 {hours} 小时均值的 {times} 倍且高 {amount}",
        f"≥ {share} of ≥ {counted(least, 'point')} rise to {times} × their mean of the last {hours} h, and by {amount}",
    )


def _abuse(rule: kinds.WindowAbuse, unit: str) -> Text:
    share = _share(rule.share)
    return Text(
        f"近 {rule.days} 天维护窗口占比 > {share}，或报警开始 {rule.late_minutes} 分钟后才申报",
        f"> {share} of {counted(rule.days, 'day')} in maintenance, "
        f"or declared > {rule.late_minutes} min after an alarm began",
    )


SENTENCES: Mapping[type, Sentence] = {
    kinds.Exceedance: _exceedance,
    kinds.AboveBackground: _background,
    kinds.DailyCount: _daily,
    kinds.NeighbourRatio: _ratio,
    kinds.RateOfChange: _rate,
    kinds.Frozen: _frozen,
    kinds.Clipped: _clipped,
    kinds.Ordering: _ordering,
    kinds.NeighbourOutlier: _outlier,
    kinds.Drift: _drift,
    kinds.OperatingState: _state,
    kinds.OxygenStep: _oxygen,
    kinds.Sprinkling: _sprinkling,
    kinds.Offline: _offline,
    kinds.ClockDrift: _clock,
    kinds.Late: _late,
    kinds.Fence: _fence,
    kinds.Route: _route,
    kinds.Regional: _regional,
    kinds.WindowAbuse: _abuse,
}
