"""The table of a case type as a drawing (环节图): steps with their clocks, and where each outcome leads, as SVG.

A pure function of the record. Each step is a row: the box says who takes it, how long they have and where that is
written; its outcomes stand beside it with the evidence they need, and lines run from them, through a channel for each
target, to the step that begins. All is drawn in the colour of the text around it, so that it fits light and dark pages.
"""

import html
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lantian.kernel.errors import Text
from lantian.policy.records_case import CaseTypeRecord, OutcomeRecord, PeriodRecord, StepRecord
from lantian.workflow.clocks import allowed

LEFT, BOX, GAP, LANE = 44, 290, 28, 14
"""Lengths in pixels: space for the start marks, a box, what lies between box and outcomes, a channel."""
LINE, TEXT, SMALL, PAD = 22, 14, 12, 12
"""Height of an outcome, sizes of the type, space inside a box."""
HEAD = 26
"""Height of the band above the outcomes in which lines reach the box."""
NEEDS = {"photo": Text("照片", "photo"), "document": Text("文件", "document")}
WORDS = {
    "close": Text("本项办结", "ends"),
    "open": Text("另立", "opens"),
    "waits": Text("待", "waits for"),
    "untimed": Text("无时限", "no clock"),
    "needs": Text("须有", "needs"),
}


@dataclass(frozen=True)
class Row:
    """A step where it is drawn. top, height: of its row."""

    step: StepRecord
    number: int
    top: int
    height: int

    @property
    def enters(self) -> int:
        """Where lines reach the box."""
        return self.top + HEAD // 2

    def outcome_at(self, place: int) -> int:
        """Where the line of an outcome begins."""
        return self.top + HEAD + LINE * place + LINE // 2


@dataclass(frozen=True)
class Drawing:
    """What is drawn, in one language. names: of parties; types: of case types that outcomes open."""

    record: CaseTypeRecord
    language: str
    names: Mapping[str, str]
    types: Mapping[str, Text]

    def say(self, text: Text) -> str:
        return text.in_language(self.language)

    @property
    def rows(self) -> list[Row]:
        found, top = list[Row](), 10
        for number, step in enumerate(self.record.steps, 1):
            height = max(HEAD + LINE * len(step.outcomes), 40 + 18 * len(self.lines(step))) + 18
            found.append(Row(step, number, top, height))
            top += height
        return found

    def label(self, step: StepRecord, number: int) -> str:
        return f"{number} {self.say(Text(step.zh, step.en))}"

    def lines(self, step: StepRecord) -> list[str]:
        """What the box says below the step's name."""
        periods = [self.period(step.period)] if step.period else self._by_category(step)
        cited = self.say(self.record.citation_of(step))
        said = [self.names.get(step.party, step.party), *(periods or [self.say(WORDS["untimed"])]), cited]
        if step.after:
            names = ", ".join(self.say(_label(self.record.step(name))) for name in step.after)
            said.append(f"{self.say(WORDS['waits'])} {names}")
        return [line for long in said for line in _wrapped(long, BOX - 2 * PAD)]

    def _by_category(self, step: StepRecord) -> list[str]:
        named = [one for one in self.record.categories if one.id in step.periods]
        return [f"{self.say(Text(one.zh, one.en))} {self.period(step.periods[one.id])}" for one in named]

    def period(self, period: PeriodRecord) -> str:
        return self.say(allowed(period.amount, period.unit))

    def outcome(self, one: OutcomeRecord) -> str:
        """What stands beside the box."""
        said = self.say(Text(one.zh, one.en))
        if one.needs:
            said += f" · {self.say(WORDS['needs'])} " + ", ".join(self.say(NEEDS[name]) for name in one.needs)
        if one.opens:
            said += f" · {self.say(WORDS['open'])} " + ", ".join(self._type(name) for name in one.opens)
        return said if one.to else f"{said} · {self.say(WORDS['close'])}"

    def _type(self, name: str) -> str:
        return self.say(self.types.get(name, Text(name, name)))


def diagram(
    record: CaseTypeRecord,
    language: str,
    names: Mapping[str, str] | None = None,
    types: Mapping[str, Text] | None = None,
) -> str:
    """Return the drawing of a case type. names: of the organisations by party; types: labels of all case types."""
    drawing = Drawing(record, language, names or {}, types or {})
    rows = drawing.rows
    begin = LEFT + BOX + GAP
    texts = max(_width(drawing.outcome(one), SMALL) for row in rows for one in row.step.outcomes)
    lanes = {row.step.id: begin + texts + 30 + LANE * place for place, row in enumerate(_targets(rows))}
    width = max([begin + texts + 30, *lanes.values()]) + LANE
    height = rows[-1].top + rows[-1].height
    title = html.escape(drawing.say(Text(record.zh, record.en)))
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" fill="currentColor" font-family="inherit"><title>{title}</title>'
    )
    boxes = (part for row in rows for part in _step(drawing, row))
    ways = (part for row in rows for part in _ways(drawing, row, rows, lanes, begin))
    return "".join([opening, *boxes, *ways, "</svg>"])


def _targets(rows: Iterable[Row]) -> list[Row]:
    """The steps to which some outcome leads: each has a channel."""
    rows = list(rows)
    reached = {name for row in rows for one in row.step.outcomes for name in one.to}
    return [row for row in rows if row.step.id in reached]


def _step(drawing: Drawing, row: Row) -> Iterator[str]:
    """The box of a step, and the mark where the case begins."""
    lines = drawing.lines(row.step)
    yield (
        f'<rect x="{LEFT}" y="{row.top}" width="{BOX}" height="{row.height - 18}" rx="3" fill="none" '
        f'stroke="currentColor" stroke-opacity=".55"/>'
    )
    yield _text(LEFT + PAD, row.top + 20, drawing.label(row.step, row.number), TEXT, strong=True)
    for place, line in enumerate(lines):
        yield _text(LEFT + PAD, row.top + 40 + 18 * place, line, SMALL)
    if row.step.id in drawing.record.start:
        yield f'<circle cx="10" cy="{row.enters}" r="6"/>' + _arrow([(16, row.enters), (LEFT, row.enters)])


def _ways(drawing: Drawing, row: Row, rows: Iterable[Row], lanes: Mapping[str, int], begin: int) -> Iterator[str]:
    """The outcomes of a step with the lines to where they lead."""
    known = {one.step.id: one for one in rows}
    for place, one in enumerate(row.step.outcomes):
        at, said = row.outcome_at(place), drawing.outcome(one)
        yield f'<path d="M{LEFT + BOX} {at}H{begin - 6}" fill="none" stroke="currentColor" stroke-opacity=".35"/>'
        yield _text(begin, at + 4, said, SMALL, strong=one.legal)
        end = begin + _width(said, SMALL) + 6
        if not one.to:
            yield f'<circle cx="{end + 6}" cy="{at}" r="5" fill="none" stroke="currentColor"/>'
            yield f'<circle cx="{end + 6}" cy="{at}" r="2"/>'
        for name in one.to:
            lane, target = lanes[name], known[name]
            yield _arrow([(end, at), (lane, at), (lane, target.enters), (LEFT + BOX, target.enters)])


def _arrow(points: list[tuple[int, int]]) -> str:
    """A line with a head at its end."""
    path = "M" + "L".join(f"{x} {y}" for x, y in points)
    (before, _), (x, y) = points[-2:]
    back = 6 if before > x else -6
    return (
        f'<path d="{path}" fill="none" stroke="currentColor" stroke-opacity=".6"/>'
        f'<path d="M{x} {y}l{back} -4v8z" fill-opacity=".8"/>'
    )


def _text(x: int, y: int, said: str, size: int, *, strong: bool = False) -> str:
    weight = ' font-weight="600"' if strong else ""
    return f'<text x="{x}" y="{y}" font-size="{size}"{weight}>{html.escape(said)}</text>'


def _label(step: StepRecord) -> Text:
    return Text(step.zh, step.en)


def _wrapped(said: str, width: int) -> list[str]:
    """Break a line where it grows longer than its box: at spaces in English, anywhere in Chinese."""
    lines, line = list[str](), ""
    for piece in _pieces(said):
        if line and _width(line + piece.rstrip(), SMALL) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(said: str) -> Iterator[str]:
    word = ""
    for letter in said:
        word += letter
        if letter == " " or _wide(letter):
            yield word
            word = ""
    if word:
        yield word


def _wide(letter: str) -> bool:
    return ord(letter) >= 0x2E80


def _width(said: str, size: int) -> int:
    """About how wide a text is: a Chinese character a square, a Latin letter in a heavy face 0.6 of it."""
    return int(sum(size if _wide(letter) else size * 0.6 for letter in said)) + 2
