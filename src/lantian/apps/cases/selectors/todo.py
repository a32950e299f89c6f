"""What somebody has to do (我的环节): open steps of their organisations, by lamp and end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lantian.apps.cases.models import Case, CaseThread
from lantian.apps.cases.selectors.lines import Line, sorted_lines

SHOWN = 40


@dataclass(frozen=True)
class ToDo:
    """The lines shown; count and overdue are of all."""

    lines: list[Line]
    count: int
    overdue: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.lines)


def todo(person: Any, now: datetime, limit: int = SHOWN) -> ToDo:
    """Return what a person's organisations have to do; three questions to the record store."""
    mine = CaseThread.objects.for_person(person).open()
    rows = mine.select_related("case", "holder").order_by("paused", "due_at", "pk")[:limit]
    count = mine.count()
    return ToDo(sorted_lines(rows, now), count, mine.overdue(now).count() if count else 0)


def sent(person: Any) -> Any:
    """Return the cases that a person's organisations sent to others, newest first (移送与反馈)."""
    posts = person.current_posts()
    return Case.objects.visible_to(person).filter(sender__in={post.organisation_id for post in posts})
