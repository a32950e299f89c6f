"""Demonstration projects (演示项目): closures entered into the account, and projects in every state of a review."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import Area, AreaKind
from lantian.apps.ledger.models import Project, Source
from lantian.apps.ledger.services import offsets, projects
from lantian.apps.ledger.services.credentials import Act
from lantian.apps.ledger.services.projects import NewProject, ProjectError

ENTERED = 12
"""Closures that are entered; the others wait for it."""

_NEW: tuple[dict[str, Any], ...] = (
    {"name": "某研发中心实验楼（模拟）", "kind": "new", "applicant": "某科技有限公司（模拟）", "trade_code": "7320",
     "emission": {"voc_t": Decimal("0.12")}},
    {"name": "某汽车维修中心喷涂线（模拟）", "kind": "changed", "applicant": "某汽车服务有限公司（模拟）",
     "trade_code": "8111", "emission": {"voc_t": Decimal("0.3")}},
    {"name": "某水泥粉磨站（模拟）", "kind": "new", "applicant": "某建材有限公司（模拟）", "trade_code": "3011",
     "emission": {"pm_t": Decimal("6.5")}, "goods": "building", "goods_t": 600_000.0, "mode": "road"},
    {"name": "某物流园扩建（模拟）", "kind": "enlarged", "applicant": "某物流有限公司（模拟）", "trade_code": "5990",
     "goods": "automobile", "goods_t": 90_000.0, "mode": "road"},
    {"name": "某数据中心备用电源（模拟）", "kind": "new", "applicant": "某云计算有限公司（模拟）", "trade_code": "6450",
     "emission": {"nox_t": Decimal("900")}},
)  # fmt: skip
"""The first is let in, the second waits for its condition, the third is refused, the fourth waits for an exception."""


@transaction.atomic
def fill_projects(*, at: datetime) -> int:
    """Bring demonstration projects in where there are none yet; returns how many. Needs made-up closures."""
    streets = list(Area.objects.filter(kind=AreaKind.STREET).order_by("order", "code").values_list("pk", flat=True))
    closures = offsets.closures_of(Source.objects.filter(synthetic=True), at.date())
    if Project.objects.exists() or not streets or not closures.exists():
        return 0
    for number, source in enumerate(closures[: 3 * ENTERED]):
        _enter(source, Act(None, at - timedelta(days=60 - number), "退出核实"))
    made = []
    for number, new in enumerate(_NEW):
        act = Act(None, at - timedelta(days=30 - 4 * number), "窗口受理")
        made.append(projects.bring_in(NewProject(area=streets[number % len(streets)], **new), act))
    for one in made:
        if one.emission_kg:
            _back(one, Act(None, at - timedelta(days=3), ""))
    _decide(made[0], made[2], Act(None, at - timedelta(days=2), "模拟数据"))
    return len(made)


def _enter(source: Source, act: Act) -> None:
    """Enter a closure; one without emission gives nothing."""
    try:
        offsets.grant(source, act)
    except ProjectError:
        return


def _back(project: Project, act: Act) -> None:
    try:
        offsets.back_all(project, act)
    except ProjectError:
        return


def _decide(first: Project, third: Project, act: Act) -> None:
    """Let the one in against which nothing stands, refuse the one that is prohibited."""
    if projects.judge(first, act.at.date()).passed:
        projects.approve(first, act)
    projects.refuse(third, act)
