"""A duty roster from a workbook (值班表导入): one turn a row; people by sign-in name or by a name that only one has."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.accounts.services.duty import Turn, put_on_duty
from lantian.apps.accounts.services.sheets import Heading, Line, SheetRefused, day, read_lines, template
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import BEIJING

HEADINGS = (
    Heading("day", Text("日期", "Day"), required=True, example="2020-11-23"),
    Heading("person", Text("值班人", "On duty"), required=True, example="王守蓝"),
    Heading("start", Text("开始", "From"), example="08:30"),
    Heading("end", Text("结束", "Until"), example="08:30"),
    Heading("leader", Text("带班领导", "Leader"), example="是"),
)
YES = frozenset({"是", "yes", "y", "1", "true", "带班"})
CHANGE = time(8, 30)
"""When turns change where a row does not say: a turn lasts a day."""


@dataclass
class RosterRow:
    """What a row comes to."""

    number: int
    said: str
    turn: Turn | None = None
    problems: list[Text] = field(default_factory=list)


def empty_roster(language: str) -> bytes:
    """Return the template."""
    return template(HEADINGS, {"leader": ["是", "否"]}, language)


def import_roster(organisation: Organisation, content: bytes, *, by: Any, at: datetime) -> list[RosterRow]:
    """Store the turns that are right; the others say why not. Raises SheetRefused when it is no such table."""
    people = _people()
    rows = [_read(line, people) for line in read_lines(content, HEADINGS)]
    for row in rows:
        if row.turn is not None:
            try:
                put_on_duty(organisation, [row.turn], by=by, at=at)
            except LantianError as error:
                row.problems.append(error.text)
    return rows


def _people() -> dict[str, Person | None]:
    """People by sign-in name and by real name; None for a name that several have."""
    found: dict[str, Person | None] = {}
    for person in Person.objects.filter(is_active=True):
        found[person.name_zh] = None if person.name_zh in found else person
    return found | {person.username: person for person in Person.objects.filter(is_active=True)}


def _read(line: Line, people: dict[str, Person | None]) -> RosterRow:
    row = RosterRow(line.number, line.cells.get("person", ""))
    try:
        row.turn = _turn(line.cells, people)
    except LantianError as error:
        row.problems.append(error.text)
    return row


def _turn(cells: dict[str, str], people: dict[str, Person | None]) -> Turn:
    on, said = day(cells.get("day", "")), cells.get("person", "")
    if on is None:
        raise SheetRefused(Text("缺少日期。", "The day is missing."))
    person = people.get(said)
    if person is None:
        raise SheetRefused(
            Text(
                f"没有或不止一位“{said}”，请写登录名。",
                f"Nobody, or more than one, is called {said!r}; write the sign-in name.",
            )
        )
    start, end = _moment(on, cells.get("start", "")), _moment(on, cells.get("end", ""))
    end += timedelta(days=1) if end <= start else timedelta()
    return Turn(person, start, end, leader=cells.get("leader", "").lower() in YES)


def _moment(on: date, text: str) -> datetime:
    if not text:
        return datetime.combine(on, CHANGE, BEIJING)
    try:
        return datetime.combine(on, time.fromisoformat(text.replace("：", ":")[:5].rjust(5, "0")), BEIJING)
    except ValueError:
        raise SheetRefused(Text(f"“{text}”不是时刻，应如 08:30。", f"{text!r} is no time; write 08:30.")) from None
