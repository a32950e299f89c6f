"""Move what is left of a schedule (顺排) when its deadline changes by approval; the old steps stay in the record."""

from datetime import date, datetime, timedelta

from lantian.apps.plans.models import Milestone, Task
from lantian.kernel.errors import Text
from lantian.workflow.schedule import Laid, stretch


def move_schedule(task: Task, due: date, at: datetime) -> int:
    """Stretch the milestones that are not done to a new deadline; return how many moved."""
    rows = list(task.milestones.standing().order_by("order"))
    left = [row for row in rows if row.done_on is None]
    if not left:
        return 0
    done = [row.due for row in rows if row.done_on is not None and row.order < left[0].order]
    anchor = max(done, default=task.start - timedelta(days=1))
    laid = [Laid(Text(row.zh, row.en), row.begins, row.due, row.share) for row in left]
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
        for row, one in zip(left, stretch(laid, anchor, due), strict=True)
    )
    return len(left)
