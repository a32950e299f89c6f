"""Move what is left of a schedule (顺排) when its deadline changes by approval; the old steps stay in the record."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from lantian.apps.plans.models import Milestone, Task
from lantian.kernel.errors import Text
from lantian.workflow.schedule import Laid, stretch


def move_schedule(task: Task, due: date, at: datetime) -> int:
    """Stretch the milestones that are not done to a new deadline, those that are done stay; return how many moved.

    The schedule ended with its last milestone, or where that one is done already on the task's deadline until now.
    """
    rows = list(task.milestones.standing().order_by("order"))
    left = [row for row in rows if row.done_on is None]
    if not left:
        return 0
    done = [row for row in rows if row.done_on is not None]
    anchor = max((row.due for row in done if row.order < left[0].order), default=task.start - timedelta(days=1))
    end = task.due if rows[-1].done_on is not None and task.due is not None else rows[-1].due
    moved = stretch(_laid(left), anchor, end, due, _laid(done))
    task.milestones.filter(pk__in=[row.pk for row in left]).update(replaced_at=at)
    Milestone.objects.bulk_create(
        Milestone(
            task=task,
            order=row.order,
            zh=row.zh,
            en=row.en,
            begins=one.begins,
            due=one.due,
            share=row.share,
            laid_at=at,
        )
        for row, one in zip(left, moved, strict=True)
    )
    return len(left)


def _laid(rows: Iterable[Milestone]) -> list[Laid]:
    return [Laid(Text(row.zh, row.en), row.begins, row.due, row.share) for row in rows]
