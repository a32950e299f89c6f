"""The plan on the wall (挂图作战): tasks by chapter with their lamps, the most urgent first, and departments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from lantian.apps.plans.selectors.agenda import COLOURS
from lantian.apps.plans.selectors.lamps import LampRow
from lantian.apps.plans.selectors.rules import articles, cited, deadline_words
from lantian.apps.plans.selectors.task_words import LAMPS, URGENT, letter
from lantian.kernel.errors import Text
from lantian.policy.pack import Pack
from lantian.policy.records_plan import Chapter

STRUCK = "struck"
OTHERS = Text("其他文件", "Other documents")
"""Under which the wall shows tasks that stand on no article of the pack's own plan."""
NAMED, ONE_LINE = 6, 13
"""Tasks that a chapter names, and lamps of others that stand in one line."""
ORDER = tuple(COLOURS)
"""What needs somebody most comes first; what is struck off last."""


@dataclass(frozen=True)
class Counts:
    """How many tasks have which lamp; grey has no data, struck is struck off whatever its lamp was."""

    red: int = 0
    yellow: int = 0
    green: int = 0
    grey: int = 0
    struck: int = 0

    @property
    def all(self) -> int:
        """All tasks."""
        return sum(getattr(self, one.name) for one in fields(self))

    @property
    def named(self) -> list[tuple[str, Text, int]]:
        """The letter of each lamp, what it is called, and how many."""
        return [(letter(name), LAMPS[name], getattr(self, name)) for name in ORDER]


@dataclass(frozen=True)
class Row:
    """A task on the wall."""

    lamp: LampRow
    state: str
    lead: Text

    @property
    def letter(self) -> str:
        """The letter of its lamp."""
        return letter(self.state)

    @property
    def word(self) -> Text:
        """Its lamp in a word, such as far behind."""
        return self.lamp.word

    @property
    def name(self) -> Text:
        """What it is called."""
        return Text(self.lamp.zh, self.lamp.en or self.lamp.zh)

    @property
    def cite(self) -> Text:
        """Its article."""
        return cited(self.lamp.article, self.lamp.document)

    @property
    def due(self) -> Text:
        """Its deadline, or how often a duty without one falls due."""
        return deadline_words(self.lamp.due, "" if self.lamp.due else self.lamp.rhythm)

    @property
    def done(self) -> str:
        """Its progress in whole percent, a dash without data; never 100 before the target is reached."""
        progress = self.lamp.progress
        return "—" if progress is None else str(int(progress))

    @property
    def said(self) -> Text:
        """Its progress with unit, or that it is struck off."""
        if self.state == STRUCK:
            return COLOURS[STRUCK]
        return Text("—", "—") if self.lamp.progress is None else Text(f"{self.done} %", f"{self.done} %")


@dataclass(frozen=True)
class Board:
    """A chapter with its tasks, what needs somebody first; number 0 is of all other documents."""

    number: int
    name: Text
    rows: Sequence[Row]
    counts: Counts

    @property
    def named(self) -> Sequence[Row]:
        """The tasks that the wall names; fewer where many follow as lamps."""
        return self.rows[: NAMED if len(self.rows) <= NAMED + ONE_LINE else NAMED - 1]

    @property
    def rest(self) -> Sequence[Row]:
        """The tasks that the wall shows as lamps alone."""
        return self.rows[len(self.named) :]


@dataclass(frozen=True)
class Department:
    """An organisation with the tasks that it leads; parts of its bar: lamp, where it begins, how wide it is [%]."""

    key: str
    name: Text
    counts: Counts
    parts: Sequence[tuple[str, float, float]]


@dataclass(frozen=True)
class Wall:
    """All that the wall shows."""

    boards: Sequence[Board]
    departments: Sequence[Department]
    counts: Counts
    parts: Sequence[tuple[str, float, float]]

    @property
    def chapters(self) -> list[Board]:
        """The chapters of the pack's own plan."""
        return [one for one in self.boards if one.number]

    @property
    def others(self) -> Board | None:
        """What stands on other documents."""
        return next((one for one in self.boards if not one.number), None)

    @property
    def urgent(self) -> list[Row]:
        """Red and yellow tasks of all chapters, red first, then by deadline."""
        rows = [row for board in self.boards for row in board.rows if row.state in URGENT]
        return sorted(rows, key=_order)


def wall(pack: Pack, lamps: Iterable[LampRow], names: Mapping[str, Text]) -> Wall:
    """Put lamps on the wall: chapters in their order, rows by urgency, departments with the most late tasks first."""
    rows = [_row(one, names) for one in lamps]
    of_article = {article.article: article.chapter for article in articles(pack)}
    by: dict[str, list[Row]] = {}
    for row in rows:
        by.setdefault("" if row.lamp.document else of_article.get(row.lamp.article, ""), []).append(row)
    boards = [
        _board(one.number, Text(one.zh, one.en), by.get(one.id, []))
        for one in sorted(pack.all(Chapter), key=lambda one: one.number)
    ]
    boards.append(_board(0, OTHERS, by.get("", [])))
    counts = counted(rows)
    return Wall([one for one in boards if one.rows], _departments(rows), counts, _parts(counts, counts.all))


def _row(lamp: LampRow, names: Mapping[str, Text]) -> Row:
    lead = names.get(lamp.organisation, Text(lamp.organisation or "—", lamp.organisation or "—"))
    return Row(lamp, STRUCK if lamp.struck else lamp.colour, lead)


def _board(number: int, name: Text, rows: Sequence[Row]) -> Board:
    return Board(number, name, sorted(rows, key=_order), counted(rows))


def _order(row: Row) -> tuple[int, date, int, int]:
    return ORDER.index(row.state), row.lamp.due or date.max, row.lamp.article, row.lamp.task


def counted(rows: Iterable[Row]) -> Counts:
    """Count tasks by lamp."""
    states = [row.state for row in rows]
    return Counts(*(states.count(one.name) for one in fields(Counts)))


def _departments(rows: Sequence[Row]) -> list[Department]:
    by: dict[str, list[Row]] = {}
    for row in rows:
        by.setdefault(row.lamp.organisation, []).append(row)
    most = max((len(own) for own in by.values()), default=1)
    found = [_department(key, own, most) for key, own in by.items()]
    return sorted(found, key=lambda one: (-one.counts.red, -one.counts.yellow, -one.counts.all, one.key))


def _department(key: str, rows: Sequence[Row], most: int) -> Department:
    counts = counted(rows)
    return Department(key, rows[0].lead, counts, _parts(counts, most))


def _parts(counts: Counts, whole: int) -> list[tuple[str, float, float]]:
    """The parts of a bar that is ``whole`` tasks long: letter, begin and width in percent."""
    found, x = [], 0.0
    for name in ORDER:
        width = 100 * getattr(counts, name) / whole if whole else 0.0
        if width:
            found.append((name, round(x, 2), round(width, 2)))
        x += width
    return found
