"""What higher apps show on our pages (挂接): each hook has a harmless default; ``project/wiring.py`` fills it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class AlarmMark:
    """An alarm as a map, a point or a device shows it.

    point, device: ids, empty where it has none. title: what was found, in the reader's language. state: in words.
    ended_at: None while its condition holds. url: its own page, empty while there is none.
    """

    number: str
    title: str
    state: str
    level: int
    raised_at: datetime
    point: str = ""
    device: str = ""
    ended_at: datetime | None = None
    url: str = ""


@dataclass(frozen=True)
class AlarmQuestion:
    """Which alarms: those that call for somebody now (``waiting``), or the last ones of a point or a device."""

    waiting: bool = False
    point: str = ""
    device: str = ""
    limit: int = 200


def _none(_person: Any, _question: AlarmQuestion) -> Sequence[AlarmMark]:
    return ()


alarm_marks: list[Callable[[Any, AlarmQuestion], Sequence[AlarmMark]]] = [_none]
"""The alarms that a person may see; the alarms app fills it."""


def alarms_for(person: Any, question: AlarmQuestion) -> Sequence[AlarmMark]:
    """Ask whoever keeps the alarms."""
    return alarm_marks[-1](person, question)
