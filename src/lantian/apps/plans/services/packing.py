"""Reviewed tasks as a pack for download (导出政策包): a zip with one folder, to lie beside the packs below it.

It extends the pack in use, or, for a text of another place, stands by itself: then it rests on the country's standards
only, and all its organisations are those that the text names.
"""

import io
import zipfile
from decimal import Decimal

from lantian.apps.plans.models import PlanTask, PlanText, PlanTextError
from lantian.kernel.errors import Text
from lantian.policy.pack import Pack
from lantian.policy.plantext.reviewed import (
    Base,
    ReviewedArticle,
    ReviewedDeadline,
    ReviewedParty,
    ReviewedPlan,
    ReviewedQuantity,
    ReviewedTask,
    reviewed_files,
)
from lantian.policy.records_plan import Organisation

EPOCH = (1980, 1, 1, 0, 0, 0)


COUNTRY = Base("cn", "cn", frozenset())


def pack_zip(plan: PlanText, pack: Pack | None) -> bytes:
    """Return the zip; pack: the one to extend, None to stand by itself. The same tasks give the same bytes.

    Raises PlanTextError while nothing is reviewed.
    """
    tasks = list(plan.tasks.saved())
    if not tasks:
        raise PlanTextError(
            Text("还没有已采纳的任务，没有可导出的内容。", "No task is accepted yet: there is nothing to write.")
        )
    name = pack_id(plan)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in reviewed_files(_reviewed(plan, tasks), name, _base(pack)).items():
            archive.writestr(zipfile.ZipInfo(f"{name}/{file}", EPOCH), content)
    return made.getvalue()


def _base(pack: Pack | None) -> Base:
    if pack is None:
        return COUNTRY
    return Base(pack.id, pack.header.jurisdiction, frozenset(each.id for each in pack.all(Organisation)))


def pack_id(plan: PlanText) -> str:
    """Return the pack's id, which is its folder's name too."""
    return f"plan-{plan.slug}"


def _reviewed(plan: PlanText, tasks: list[PlanTask]) -> ReviewedPlan:
    chapters = [chapter["title"] or chapter["label"] for chapter in plan.chapters]
    articles = [
        ReviewedArticle(
            article["title"] or article["label"], _chapter_of(plan, article["start"]), article["start"], article["end"]
        )
        for article in plan.articles
    ]
    return ReviewedPlan(
        plan.title, plan.number or plan.title, chapters, articles, [_task(plan, task) for task in tasks]
    )


def _chapter_of(plan: PlanText, start: int) -> int:
    return max((place for place, chapter in enumerate(plan.chapters) if chapter["start"] <= start), default=0)


def _task(plan: PlanText, task: PlanTask) -> ReviewedTask:
    return ReviewedTask(
        _article_of(plan, task), task.zh, task.en, task.start, task.end,
        [ReviewedParty(each["name"], each["role"], each["organisation"]) for each in task.parties],
        [ReviewedDeadline(each["kind"], each["value"], each["printed"], each["working_days"])
         for each in task.deadlines],
        [ReviewedQuantity(each["comparator"], Decimal(str(each["value"])), each["unit"], each["object"],
                          each["printed"]) for each in task.quantities],
        [each["text"] for each in task.conditions],
    )  # fmt: skip


def _article_of(plan: PlanText, task: PlanTask) -> int:
    """Return the task's article; a task in a foreword stands on the article that comes next."""
    if task.article is not None:
        return task.article
    after = [place for place, article in enumerate(plan.articles) if article["start"] > task.start]
    return after[0] if after else max(0, len(plan.articles) - 1)
