"""Review of new projects (项目准入): sectors, bulk goods by road, and whether what they emit is offset."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from lantian.apps.accounts.models import Role
from lantian.apps.accounts.scope import scope_of
from lantian.apps.audit.services import record
from lantian.apps.ledger.models import OffsetCredit, OffsetUse, Pollutant, Project, ProjectEvent
from lantian.apps.ledger.rulebook import Reason, Verdict, rule_on, rules_on, verdict
from lantian.apps.ledger.services.credentials import Act
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.policy.records import Record
from lantian.policy.records_project import ProjectRule, RestrictedCategory
from lantian.reductions.offsets import kilograms, needed_kg

State = Project.State


class ProjectError(LantianError):
    """A step that a project or the account of closures does not allow."""


@dataclass(frozen=True)
class NewProject:
    """A project to be brought in; emission in tonnes a year by pollutant."""

    name: str
    kind: str
    applicant: str
    trade_code: str
    area: str
    address: str = ""
    emission: Mapping[str, Decimal] | None = None
    goods: str = ""
    goods_t: float | None = None
    mode: str = ""


def rule(on: date) -> ProjectRule:
    """Return the pack's rule of review; raises NoRule."""
    return rule_on(ProjectRule, on)


def may_review(person: Any, on: date) -> bool:
    """Tell whether a person decides on projects: the pack's reviewers, and the duty desk."""
    scope = scope_of(person)
    reviews = Role.BUREAU in scope.roles and bool(scope.organisations & set(rule(on).reviewers))
    return Role.DUTY in scope.roles or reviews


# what a review finds ----------------------------------------------------------------------------------------------


def category_of(project: Project, on: date) -> RestrictedCategory | None:
    """Return the category of the catalogue that a project's sector belongs to, the strictest first."""
    found = [one for one in rules_on(RestrictedCategory, on) if one.covers(project.trade_code)]
    order = ("prohibited", "restricted", "voc")
    return min(found, key=lambda one: order.index(one.level), default=None)


@dataclass(frozen=True)
class Need:
    """What backs a project's emission of a pollutant, in kilograms: new, ratio, needed, backed."""

    pollutant: str
    new_kg: int
    ratio: Decimal
    needed_kg: int
    backed_kg: int

    @property
    def short_kg(self) -> int:
        """What is not backed yet."""
        return max(0, self.needed_kg - self.backed_kg)


def needs_of(project: Project, on: date) -> list[Need]:
    """Return what has to back a project, of the pollutants that it emits, in the order of the ledgers."""
    ratios = rule(on).ratios
    rows = OffsetUse.objects.filter(project=project).values_list("credit__pollutant").annotate(kg=Sum("kg"))
    backed = dict(rows.order_by())
    found = []
    for name in Pollutant.values:
        new_kg = int(project.emission_kg.get(name, 0))
        ratio = dict(ratios).get(name, Decimal(0))  # type: ignore[call-overload]
        if new_kg:
            found.append(Need(name, new_kg, ratio, needed_kg(new_kg, ratio), backed.get(name, 0)))
    return found


def judge(project: Project, on: date) -> Verdict:
    """Return what stands against a project as it is recorded now."""
    category, needs = category_of(project, on), needs_of(project, on)
    return verdict([_sector(project, category), _road(project, on), *(_backing(one, on) for one in needs)])


def _sector(project: Project, category: RestrictedCategory | None) -> Reason | None:
    if category is None:
        return None
    if category.level == "prohibited":
        said = Text(
            f"行业 {project.trade_code} 属禁止类：{category.zh}。",
            f"Sector {project.trade_code} is prohibited: {category.en}.",
        )
        return Reason.of(category, said)
    if project.conditions:
        return None
    kinds = {"restricted": Text("限制类", "restricted"), "voc": Text("挥发性有机物排放量大的行业", "held back for VOC")}
    level = kinds[category.level]
    said = Text(
        f"行业 {project.trade_code} 属{level.zh}：{category.zh}；须写明符合的条件。",
        f"Sector {project.trade_code} is {level.en}: {category.en}; name the condition that it fulfils.",
    )
    return Reason.of(category, said)


def _road(project: Project, on: date) -> Reason | None:
    found = rule(on)
    mode = next((one for one in found.modes if one.id == project.mode), None)
    if not project.goods or project.exception or (mode is not None and not mode.road):
        return None
    cited = Record(id="bulk-by-road", zh=found.zh, en=found.en, article=found.transport_article)
    said = Text(
        "涉及大宗物料运输，原则上不得采用公路运输；例外须先登记理由。",
        "Bulk goods are not to go by road; an exception is recorded with its reason first.",
    )
    return Reason.of(cited, said)


def _backing(need: Need, on: date) -> Reason | None:
    if not need.short_kg:
        return None
    label = Pollutant(need.pollutant).label
    said = Text(
        f"{label} 新增 {need.new_kg / 1000:g} t，须替代 {need.needed_kg / 1000:g} t，尚缺 {need.short_kg / 1000:g} t。",
        f"{label}: {need.new_kg / 1000:g} t new, {need.needed_kg / 1000:g} t to be offset,"
        f" {need.short_kg / 1000:g} t are missing.",
    )
    return Reason.of(rule(on), said, f"offset-{need.pollutant}")


# the review ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def bring_in(new: NewProject, act: Act) -> Project:
    """Bring a project in for review (受理); raises ProjectError for what cannot be."""
    on = day_of(act.at)
    _check(new, on)
    own = [post.organisation for post in act.by.current_posts()] if act.by else []
    project = Project.objects.create(
        number=_next_number(on.year),
        name=new.name.strip(),
        kind=new.kind,
        applicant=new.applicant.strip(),
        trade_code=new.trade_code,
        area_id=new.area,
        address=new.address.strip(),
        emission_kg={name: kilograms(tonnes) for name, tonnes in (new.emission or {}).items() if tonnes},
        goods=new.goods,
        goods_t=new.goods_t,
        mode=new.mode if new.goods else "",
        brought_by=own[0] if own else None,
        opened_at=act.at,
    )
    _note(project, "brought-in", act)
    return project


def _check(new: NewProject, on: date) -> None:
    found = rule(on)
    if not (new.trade_code.isdecimal() and 2 <= len(new.trade_code) <= 4):
        raise ProjectError(Text("行业代码为 GB/T 4754 的两至四位数字。", "A sector code is two to four digits."))
    if new.goods and new.goods not in {one.id for one in found.goods}:
        raise ProjectError(Text(f"没有大宗物料“{new.goods}”。", f"There are no bulk goods {new.goods!r}."))
    if new.goods and new.mode not in {one.id for one in found.modes}:
        raise ProjectError(Text("涉及大宗物料须写明运输方式。", "Say how the bulk goods are carried."))


def _next_number(year: int) -> str:
    """The next number of a year; two at once meet at the constraint of the number."""
    prefix = f"XM{year}-"
    last = Project.objects.filter(number__startswith=prefix).order_by("-number").first()
    return f"{prefix}{int(last.number.removeprefix(prefix)) + 1 if last else 1:04d}"


def held_open(project: Project) -> Project:
    """Return the row of a project that is not decided on yet, held until the transaction ends."""
    held = Project.objects.select_for_update().get(pk=project.pk)
    if held.state != State.OPEN:
        raise ProjectError(Text("此项目已有决定。", "This project has been decided on."))
    return held


def _note(project: Project, kind: str, act: Act, **detail: Any) -> None:
    ProjectEvent.objects.create(
        project=project, at=act.at, by=act.by, kind=kind, reason=act.reason.strip()[:500], detail=detail
    )
    said = {"number": project.number, "reason": act.reason.strip()[:500], **detail}
    record(f"project.{kind}", subject=project, actor=act.by, at=act.at, detail=said)


def _reason(act: Act, what: Text) -> str:
    said = act.reason.strip()
    if not said:
        raise ProjectError(what)
    return said


@transaction.atomic
def let_by_road(project: Project, act: Act) -> Project:
    """Record why bulk goods may go by road all the same (公路运输例外); the reason stays with the project."""
    held = held_open(project)
    held.exception = _reason(act, Text("请写明例外的理由。", "Say why the exception is made."))[:300]
    held.exception_at, held.exception_by = act.at, act.by
    return kept(held, "exception", act)


@transaction.atomic
def name_conditions(project: Project, act: Act) -> Project:
    """Record which condition of its restricted sector a project fulfils (符合的限制条件)."""
    held = held_open(project)
    held.conditions = _reason(act, Text("请写明符合的条件。", "Name the condition that it fulfils."))[:300]
    return kept(held, "conditions", act)


def kept(held: Project, kind: str, act: Act, **detail: Any) -> Project:
    """Store a step of a project with its version, event and line of the log."""
    held.version += 1
    held.save()
    _note(held, kind, act, **detail)
    return held


@transaction.atomic
def approve(project: Project, act: Act) -> Project:
    """Let a project in (准入); raises ProjectError while anything stands against it, or without a reason."""
    held = held_open(project)
    said = _reason(act, Text("请写明决定理由。", "Give the reason of the decision."))
    found = judge(held, day_of(act.at))
    if not found.passed:
        raise ProjectError(found.reasons[0].text)
    return _decided(held, State.APPROVED, said, found, act)


@transaction.atomic
def refuse(project: Project, act: Act) -> Project:
    """Refuse a project (不予准入) with the reason; what backed it is free again."""
    held = held_open(project)
    said = _reason(act, Text("请写明决定理由。", "Give the reason of the decision."))
    found = judge(held, day_of(act.at))
    _free(held)
    return _decided(held, State.REFUSED, said, found, act)


@transaction.atomic
def withdraw(project: Project, act: Act) -> Project:
    """Take a project back (撤回) with the reason; what backed it is free again."""
    held = held_open(project)
    said = _reason(act, Text("请写明撤回理由。", "Say why it is taken back."))
    _free(held)
    return _decided(held, State.WITHDRAWN, said, Verdict(), act)


def _decided(held: Project, state: str, said: str, found: Verdict, act: Act) -> Project:
    held.state, held.decision, held.decided_at, held.decided_by = state, said[:500], act.at, act.by
    held.reasons = [reason.kept() for reason in found.reasons]
    backed = {one.pollutant: one.backed_kg for one in needs_of(held, day_of(act.at))}
    return kept(held, str(state), act, backed=backed)


def _free(project: Project) -> None:
    give_back(OffsetUse.objects.filter(project=project))


def give_back(uses: QuerySet[OffsetUse]) -> None:
    """Take back what credits gave; it is free again."""
    for use in uses:
        OffsetCredit.objects.filter(pk=use.credit_id).update(spent_kg=F("spent_kg") - use.kg)
        use.delete()
