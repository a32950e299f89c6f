"""What stands behind a task's figure (指标明细): shares one by one over time, and the periods of a recurring duty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lantian.apps.ledger.kinds import kind as kind_of
from lantian.apps.ledger.kinds import ledger_figures
from lantian.apps.plans.models import Task, TaskEntry
from lantian.apps.plans.rules import rules
from lantian.apps.plans.selectors.standing import Standing
from lantian.kernel.errors import Text
from lantian.workflow.lamps import periods_kept

COLUMNS = 5
LINE_WIDTH, LINE_HEIGHT = 120, 20
PERIODS = 26
"""Periods of a recurring duty that are drawn, the last ones."""


@dataclass(frozen=True)
class SeriesRow:
    """One entry or choice: what its share was made of at last, its shares on the days [%], and them as a line."""

    name: Text
    part: str
    whole: str
    shares: Sequence[str]
    line: str
    end: tuple[float, float]


@dataclass(frozen=True)
class Series:
    """Shares over time behind an indicator. target: its height in the drawing of each line."""

    name: Text
    days: Sequence[date]
    rows: Sequence[SeriesRow]
    target: float
    width: int = LINE_WIDTH
    height: int = LINE_HEIGHT


@dataclass(frozen=True)
class PeriodMark:
    """A period of a recurring duty. state: done, late, wait (may still be reported) or open (not over yet)."""

    end: date
    state: str
    x: float

    @property
    def said(self) -> Text:
        """What it was."""
        word = PERIOD_WORDS[self.state]
        return Text(f"至 {self.end} {word.zh}", f"to {self.end}: {word.en}")


PERIOD_WORDS: Mapping[str, Text] = {
    "done": Text("已报", "reported"),
    "late": Text("逾期未报", "not reported in time"),
    "wait": Text("待报", "to be reported"),
    "open": Text("未到期", "not over yet"),
}


def periods_of(one: Standing, day: date) -> list[PeriodMark]:
    """Return the last periods of a recurring duty, from its first report on."""
    if not one.task.rhythm or not one.values or one.parts:
        return []
    grace = timedelta(days=rules().lamp_record(day).report_days)
    reported = [value.day for value in one.values]
    kept = periods_kept(one.task.rhythm, reported, reported[0], day)[-PERIODS:]
    return [PeriodMark(end, _state(end, had, day, grace), float(place)) for place, (end, had) in enumerate(kept)]


def _state(end: date, had: bool, day: date, grace: timedelta) -> str:
    if had:
        return "done"
    if end >= day:
        return "open"
    return "wait" if day <= end + grace else "late"


def series_of(one: Standing, values: Sequence[TaskEntry]) -> list[Series]:
    """Return the shares behind the last values: of each entry of the ledger, as of parks, and by choice.

    values: those that hold, the newest first.
    """
    rows = [row for row in values if row.way == TaskEntry.Way.LEDGER]
    found = [(row.day, row.how) for row in rows[:COLUMNS] if "entries" in row.how][::-1]
    if not found:
        return []
    last, days = found[-1][1], [on for on, _ in found]
    target = float(one.goal.target)
    series = [_series(Text("逐户", "one by one"), days, found, "entries", {}, target)]
    if last.get("choices"):
        label, names = _choice_names(one.task, str(last.get("by", "")))
        series.append(_series(label, days, found, "choices", names, target))
    return series


def _series(
    name: Text,
    days: Sequence[date],
    found: Sequence[tuple[date, Any]],
    kind: str,
    names: Mapping[str, Text],
    target: float,
) -> Series:
    tables = [{str(key): (part, whole) for key, part, whole in how.get(kind, ())} for _, how in found]
    shares = {key: [_percent(*table[key]) if key in table else None for table in tables] for key in tables[-1]}
    top = max([target, *(share for row in shares.values() for share in row if share is not None)]) or 1.0
    rows = []
    for key, (part, whole) in tables[-1].items():
        places = _places(days, shares[key], top)
        rows.append(
            SeriesRow(
                names.get(key, Text(key, key)),
                short(part),
                short(whole),
                [f"{share:.1f}" if share is not None else "—" for share in shares[key]],
                " ".join(f"{x},{y}" for x, y in places),
                places[-1] if places else (0.0, float(LINE_HEIGHT)),
            )
        )
    return Series(name, days, rows, _height(target, top))


def _places(days: Sequence[date], shares: Sequence[float | None], top: float) -> list[tuple[float, float]]:
    span = max(1, (days[-1] - days[0]).days)
    return [
        (round(4 + (LINE_WIDTH - 8) * (day - days[0]).days / span, 1), _height(share, top))
        for day, share in zip(days, shares, strict=True)
        if share is not None
    ]


def _height(share: float, top: float) -> float:
    return round(LINE_HEIGHT - 3 - (LINE_HEIGHT - 6) * share / top, 1)


def short(value: Any) -> str:
    """Write what was counted, whole numbers without decimals."""
    return f"{float(value):,.0f}" if float(value) == int(float(value)) else f"{float(value):,.1f}"


def _percent(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


def _choice_names(task: Task, by: str) -> tuple[Text, dict[str, Text]]:
    """What an attribute of the ledger and its choices are called."""
    record = rules().indicators.get(task.indicator)
    figure = ledger_figures().get(record.ledger_figure or "") if record else None
    attribute = kind_of(figure.of).attribute(by) if figure else None
    if attribute is None:
        return Text(by, by), {}
    return Text(attribute.zh, attribute.en), {one.id: Text(one.zh, one.en) for one in attribute.choices}
