"""What a problem tells the papers of its case (文书已知事项), and where its page is."""

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse

from lantian.apps.assessment.models import Problem
from lantian.apps.assessment.rectifying import sources
from lantian.apps.cases.models import Case
from lantian.apps.ui.official.document import chinese_day


def answers(case: Case, now: datetime) -> Mapping[str, str]:
    """Return what the feedback knows of a case, by the names that papers use."""
    problem = Problem.objects.filter(case=case).select_related("batch", "lead").first()
    if problem is None:
        return {}
    batch, last = problem.batch, problem.extensions.last()
    source = sources(batch.day).get(batch.source)
    feedback = f"{source.zh if source else batch.source}（{batch.round}，{batch.number}）"
    moved = f"经研究，整改时限由{chinese_day(last.before)}延至{chinese_day(last.after)}。" if last else ""
    return {
        "feedback": feedback, "happened": chinese_day(batch.day), "list_number": problem.list_number,
        "goal": problem.goal.rstrip("。"),
        "deadline": chinese_day(problem.deadline), "lead": problem.lead.name_zh,
        "joint": "、".join(problem.joint.values_list("name_zh", flat=True)),
        "extension": f"{moved}理由：{last.reason.rstrip('。')}。" if last else "",
        "sender": source.zh if source else "", **_where(problem),
    }  # fmt: skip


def _where(problem: Problem) -> dict[str, str]:
    """The place of a problem; without an entry of the ledgers it is also what the problem is about."""
    if not problem.place:
        return {}
    return {"place": problem.place} if problem.source_id else {"place": problem.place, "object": problem.place}


def page_of(case: Case) -> str | None:
    """Return the page of the problem that a case rectifies."""
    if not Problem.objects.filter(case=case).exists():
        return None
    return reverse("assessment:problem", args=[case.slug])


def came_from(case: Case) -> list[tuple[str, str]]:
    """Return the problem that a case rectifies, in words and with its address."""
    problem = Problem.objects.filter(case=case).select_related("batch").first()
    return [(str(problem), reverse("assessment:problem", args=[case.slug]))] if problem else []
