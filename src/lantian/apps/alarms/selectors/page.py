"""The page of an alarm, put together: curve, reasons, pictures, what happened before, who did what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.alarms.models import Alarm, AlarmEvent, AlarmQuerySet, CounterEvidence
from lantian.apps.alarms.selectors import explanation
from lantian.apps.alarms.selectors.curve import SPANS, Curve, Span, curve_of, shown_factor, span_of
from lantian.apps.alarms.selectors.listing import Line, line
from lantian.apps.alarms.selectors.precision import RulePrecision, board
from lantian.apps.alarms.selectors.words import Words, words
from lantian.apps.telemetry.models import Channel, Instrument, Snapshot
from lantian.apps.ui import formats
from lantian.apps.ui.components import Choice, Computation, Step
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING
from lantian.lake import Lake

EVENTS: dict[str, str | Promise] = {
    "raised": gettext_lazy("规则命中，生成报警"),
    "peak": gettext_lazy("更严重"),
    "ended": gettext_lazy("条件不再成立，报警结束"),
    "handled": gettext_lazy("处置改变"),
    "seen": gettext_lazy("看过"),
    "acknowledged": gettext_lazy("确认"),
    "handed-over": gettext_lazy("岗位交接"),
    "commented": gettext_lazy("说明"),
    "snapshot": gettext_lazy("摄像机抓拍"),
    "handed-on": gettext_lazy("移交"),
    "judged": gettext_lazy("结论"),
    "counter-evidence": gettext_lazy("企业举证"),
    "evidence-answered": gettext_lazy("答复举证"),
    "reopened": gettext_lazy("重开"),
}


@dataclass(frozen=True)
class Entry:
    """A line of the history."""

    event: AlarmEvent
    title: str | Promise
    note: str


@dataclass(frozen=True)
class AlarmPage:
    """What the page shows; ``chart`` is what its script draws."""

    line: Line
    factor: Text
    unit: str
    rows: Sequence[explanation.Row]
    curve: Curve | None
    span: Span
    spans: Sequence[Choice]
    chart: dict[str, Any] | None
    summary: str
    how: Computation
    past: Sequence[Line]
    history: Sequence[Entry]
    pictures: Sequence[Snapshot]
    evidence: Sequence[CounterEvidence]
    precision: RulePrecision | None
    instrument: Instrument | None
    children: int

    @property
    def all_hold(self) -> bool:
        """Whether every condition holds."""
        return all(row.holds for row in self.rows)

    @property
    def hint(self) -> Text | None:
        """What to look at on site, as the rule says."""
        record = self.line.record
        return Text(record.hint_zh, record.hint_en or record.hint_zh) if record and record.hint_zh else None

    @property
    def snapshot(self) -> str:
        """The state of the lake that the alarm was judged from."""
        return str(self.line.alarm.evidence.get("snapshot", ""))


def alarm_page(alarm: Alarm, *, visible: AlarmQuerySet, lake: Lake, span: str, moment: datetime) -> AlarmPage:
    """Put an alarm's page together; ``visible`` are the alarms that the reader may see."""
    said, chosen = words(), span_of(span, alarm)
    factor = shown_factor(alarm)
    channel = Channel.objects.filter(point_id=alarm.point_id, factor=factor).first() if alarm.point_id else None
    curve = curve_of(lake, alarm, factor, chosen, now=moment)
    unit = channel.unit if channel else alarm.unit
    one, name = line(alarm, said), said.factor(factor)
    events = explanation.events_of(alarm)
    shown = f"{_word(name)} {unit}"
    summary = _("%(what)s，%(place)s，%(span)s") % {
        "what": shown,
        "place": _word(one.place),
        "span": _word(chosen.label),
    }
    return AlarmPage(
        line=one,
        factor=name,
        unit=unit,
        rows=explanation.condition_rows(alarm),
        curve=curve,
        span=chosen,
        spans=[Choice(each.key, _word(each.label)) for each in SPANS],
        chart=_chart(alarm, curve, name, unit) if curve and not curve.empty else None,
        summary=summary,
        how=_how(one, said),
        past=[line(each, said) for each in explanation.past_of(alarm, visible)[: explanation.SHOWN_PAST]],
        history=_history(events),
        pictures=explanation.pictures_of(events),
        evidence=explanation.evidence_of(alarm),
        precision=next(iter(board(visible, said, moment, rule=alarm.rule)), None),
        instrument=explanation.instrument_of(alarm),
        children=visible.filter(parent=alarm).count(),
    )


def _word(text: Text) -> str:
    return text.in_language(get_language() or "zh-hans")


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%dT%H:%M}"


def _chart(alarm: Alarm, curve: Curve, name: Text, unit: str) -> dict[str, Any]:
    """Return what the script draws; the limit only where it is in the curve's own unit."""
    own_unit = bool(alarm.factor) and alarm.unit == unit
    limit = alarm.limit if own_unit else None
    peak = alarm.evidence.get("peak_at")
    return {
        "times": curve.times,
        "own": curve.own,
        "near": curve.near,
        "winds": curve.winds,
        "step_min": curve.span.step.total_seconds() / 60,
        "limit": limit,
        "decided": [_local(alarm.first_at), _local(alarm.last_at)],
        "raised": _local(alarm.raised_at),
        "peak": [_local(datetime.fromisoformat(peak)), alarm.value] if peak and own_unit else None,
        "unit": unit,
        "words": {
            "own": _("本点 %(factor)s") % {"factor": _word(name)},
            "near": ngettext("邻点 %(n)s 个，中位数", "邻点 %(n)s 个，中位数", curve.neighbours)
            % {"n": curve.neighbours},
            "limit": _("限值 %(limit)s") % {"limit": formats.number(limit and _plain(limit))},
            "decided": _("判定时段"),
            "raised": _("%(at)s 报警") % {"at": formats.minute(alarm.raised_at)},
            "gap": _("缺测"),
            "wind": _("风"),
            "speed": "m/s",
        },
    }


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _how(one: Line, said: Words) -> Computation:
    """Say how the alarm came about: formula with the numbers in it, rule, version, snapshot."""
    alarm = one.alarm
    steps = [Step(row.label, f"{row.found}  {row.limit}") for row in explanation.condition_rows(alarm)]
    steps += [
        Step(_("起止"), f"{formats.instant(alarm.first_at)} — {formats.instant(alarm.last_at)}"),
        Step(_("规则"), f"{alarm.rule} · {alarm.rule_version}", _word(one.record.citation) if one.record else ""),
    ]
    value, limit = formats.number(alarm.value, 2), formats.number(alarm.limit, 2)
    unit = "" if alarm.unit == "1" else alarm.unit
    return Computation(
        formula=_("峰值 %(value)s %(unit)s，限值 %(limit)s") % {"value": value, "limit": limit, "unit": unit},
        steps=steps,
        rounding=_("按未修约的数比较"),
        edition=f"{said.pack.id}",
        snapshot=str(alarm.evidence.get("snapshot", "")),
    )


def _history(events: Sequence[AlarmEvent]) -> list[Entry]:
    codes = [str(event.detail["to"]) for event in events if event.kind == "handed-on" and "to" in event.detail]
    names = {one.code: one.name for one in Organisation.objects.filter(code__in=codes)} if codes else {}
    return [Entry(event, EVENTS.get(event.kind, event.kind), _note(event, names)) for event in events]


def _note(event: AlarmEvent, names: dict[str, str]) -> str:
    parts = [_detail(event, names), event.text]
    return " · ".join(part for part in parts if part)


def _detail(event: AlarmEvent, names: dict[str, str]) -> str:
    detail = event.detail
    if event.kind == "raised" and detail.get("handling") == Alarm.Handling.RAISED:
        return ""
    if event.kind in ("raised", "handled"):
        return str(dict(Alarm.Handling.choices).get(detail.get("handling", ""), ""))
    if event.kind in ("judged", "reopened"):
        return str(dict(Alarm.Outcome.choices).get(detail.get("outcome") or detail.get("former") or "", ""))
    if event.kind == "peak":
        return f"{formats.number(detail.get('value'), 1)} {detail.get('unit', '')}"
    if event.kind == "handed-on":
        return names.get(str(detail.get("to")), str(detail.get("to", "")))
    if event.kind == "snapshot":
        return str(detail.get("camera", ""))
    return str(detail.get("file", "")) if event.kind == "counter-evidence" else ""
