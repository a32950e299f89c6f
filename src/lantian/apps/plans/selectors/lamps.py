"""Lamps of tasks on a day (红黄绿灯), for bulletins, the wall and the yearly assessment."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from lantian.apps.plans.selectors.standing import Board, Standing
from lantian.kernel.errors import Text
from lantian.workflow.lamps import NO_DATA, UNSAID

Colour = Literal["green", "yellow", "red", "grey"]


@dataclass(frozen=True)
class LampRow:
    """A task's lamp. organisation: id of the first lead; area: division code of a part's ground, or ""; due: as
    approved; progress: 0 to 100 [%]; weight: share of the whole that a part is [%], 100 for a whole; expected: progress
    that is due on the day [%], None for a recurring duty; word: the lamp in a word; why: the reason without its rule;
    rhythm: day, week, month, quarter or year of a recurring duty, else "". document: whose article it is, "" for the
    pack's own plan.
    """

    task: int
    number: str
    zh: str
    en: str
    article: int
    organisation: str
    area: str
    due: date | None
    progress: Decimal | None
    colour: Colour
    reason: Text
    struck: bool
    weight: Decimal
    expected: Decimal | None = None
    word: Text = NO_DATA
    why: Text = UNSAID
    rhythm: str = ""
    document: str = ""


def lamps_on(found: Board, *, organisation: str = "", area: str = "", parts: bool = False) -> list[LampRow]:
    """Return the lamps of a board, in the order of the plan.

    organisation: only tasks that it leads. area: only parts whose ground lies in it. parts: parts too, after their
    wholes; an organisation's or an area's parts are always among what is asked for.
    """
    wanted = [one for one in found.walk() if parts or organisation or area or one.task.parent_id is None]
    return [row_of(one) for one in wanted if _asked(one, organisation, area)]


def _asked(one: Standing, organisation: str, area: str) -> bool:
    if organisation and organisation not in one.leads:
        return False
    return not area or (one.task.area_id or "").startswith(area)


def row_of(one: Standing) -> LampRow:
    """Return a standing as a lamp."""
    task = one.task
    return LampRow(
        task.pk, task.number, task.zh, task.en, task.article, one.leads[0] if one.leads else "", task.area_id or "",
        one.due, one.progress, one.lamp.colour, one.lamp.reason, one.struck_on is not None, one.weight,
        one.expected if one.laid and not task.rhythm else None, one.lamp.word,
        one.lamp.why, task.rhythm, task.document,
    )  # fmt: skip
