"""Review of new projects (项目准入): sectors, bulk goods by road, and offsets that are never spent twice.

A credit is spent by one conditional statement: two people who back projects from the same closure at once cannot both
have what is there once. What the database holds is checked by a constraint beside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from lantian.apps.accounts.models import Role
from lantian.apps.accounts.scope import scope_of
from lantian.apps.audit.services import record
from lantian.apps.ledger.kinds import kind as kind_of
from lantian.apps.ledger.models import OffsetCredit, OffsetUse, Pollutant, Project, ProjectEvent, Source
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.apps.ledger.rulebook import Reason, Verdict, rule_on, rules_on, verdict
from lantian.apps.ledger.services.credentials import Act
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.policy.records import Record
from lantian.policy.records_project import ProjectRule, RestrictedCategory
from lantian.reductions.offsets import Credit, kilograms, matched, needed_kg

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


def _held(project: Project) -> Project:
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
    held = _held(project)
    held.exception = _reason(act, Text("请写明例外的理由。", "Say why the exception is made."))[:300]
    held.exception_at, held.exception_by = act.at, act.by
    return _kept(held, "exception", act)


@transaction.atomic
def name_conditions(project: Project, act: Act) -> Project:
    """Record which condition of its restricted sector a project fulfils (符合的限制条件)."""
    held = _held(project)
    held.conditions = _reason(act, Text("请写明符合的条件。", "Name the condition that it fulfils."))[:300]
    return _kept(held, "conditions", act)


def _kept(held: Project, kind: str, act: Act, **detail: Any) -> Project:
    held.version += 1
    held.save()
    _note(held, kind, act, **detail)
    return held


@transaction.atomic
def approve(project: Project, act: Act) -> Project:
    """Let a project in (准入); raises ProjectError while anything stands against it, or without a reason."""
    held = _held(project)
    said = _reason(act, Text("请写明决定理由。", "Give the reason of the decision."))
    found = judge(held, day_of(act.at))
    if not found.passed:
        raise ProjectError(found.reasons[0].text)
    return _decided(held, State.APPROVED, said, found, act)


@transaction.atomic
def refuse(project: Project, act: Act) -> Project:
    """Refuse a project (不予准入) with the reason; what backed it is free again."""
    held = _held(project)
    said = _reason(act, Text("请写明决定理由。", "Give the reason of the decision."))
    found = judge(held, day_of(act.at))
    _free(held)
    return _decided(held, State.REFUSED, said, found, act)


@transaction.atomic
def withdraw(project: Project, act: Act) -> Project:
    """Take a project back (撤回) with the reason; what backed it is free again."""
    held = _held(project)
    said = _reason(act, Text("请写明撤回理由。", "Say why it is taken back."))
    _free(held)
    return _decided(held, State.WITHDRAWN, said, Verdict(), act)


def _decided(held: Project, state: str, said: str, found: Verdict, act: Act) -> Project:
    held.state, held.decision, held.decided_at, held.decided_by = state, said[:500], act.at, act.by
    held.reasons = [reason.kept() for reason in found.reasons]
    backed = {one.pollutant: one.backed_kg for one in needs_of(held, day_of(act.at))}
    return _kept(held, str(state), act, backed=backed)


# the account of closures --------------------------------------------------------------------------------------------


def closures(person: Any, on: date) -> QuerySet[Source]:
    """Return closed entries that have no credit yet, as far as a person may see them, the oldest closure first."""
    return closures_of(Source.objects.visible_to(person), on)


def closures_of(sources: SourceQuerySet, on: date) -> QuerySet[Source]:
    """Return which of some entries are verified closures without a credit, the oldest first."""
    found = rule(on)
    states = [state.id for name in found.closed for state in kind_of(name).states if state.final and not state.working]
    gone = sources.current().filter(kind__in=found.closed, state__in=states)
    closed = gone.filter(credits__isnull=True, **{f"attributes__{found.closed_on}__isnull": False})
    return closed.select_related("area").order_by(f"attributes__{found.closed_on}", "code")


@transaction.atomic
def grant(source: Source, act: Act) -> list[OffsetCredit]:
    """Enter what a closure gives (入账), by the emission that its entry names. Raises ProjectError.

    A closure gives once: the entry has to be closed, its closure verified, and nothing entered of it before.
    """
    kept = Source.objects.select_for_update().get(pk=source.pk)
    found, state = rule(day_of(act.at)), kind_of(kept.kind).state(kept.state)
    if kept.kind not in found.closed or state is None or state.working or not state.final:
        raise ProjectError(Text(f"“{kept.name}”尚未退出。", f"{kept.name!r} is not closed."))
    day = str(kept.attributes.get(found.closed_on) or "")
    if not day:
        raise ProjectError(Text(f"“{kept.name}”的退出未经核实。", f"The closure of {kept.name!r} is not verified."))
    if date.fromisoformat(day) > day_of(act.at):
        raise ProjectError(Text(f"“{kept.name}”的退出核实日期在将来。", f"{kept.name!r} closes in the future."))
    if kept.credits.exists():
        raise ProjectError(Text(f"“{kept.name}”的削减量已入账。", f"{kept.name!r} has been entered already."))
    amounts = {name: kilograms(Decimal(str(kept.attributes.get(name) or 0))) for name in Pollutant.values}
    if not any(amounts.values()):
        raise ProjectError(Text(f"“{kept.name}”没有排放量。", f"{kept.name!r} names no emission."))
    made = [
        OffsetCredit.objects.create(
            source=kept, pollutant=name, granted_kg=kg, closed_on=date.fromisoformat(day), at=act.at, by=act.by
        )
        for name, kg in amounts.items()
        if kg
    ]
    detail = {"code": kept.code, "granted_kg": {one.pollutant: one.granted_kg for one in made}}
    record("offset.granted", subject=kept, actor=act.by, at=act.at, detail=detail)
    return made


@transaction.atomic
def back(project: Project, credit: OffsetCredit, kg: int, act: Act) -> OffsetUse:
    """Back a project with a part of a closure (替代). Raises ProjectError where so much is not left or not needed."""
    held = _held(project)
    need = next((one for one in needs_of(held, day_of(act.at)) if one.pollutant == credit.pollutant), None)
    if need is None or not 0 < kg <= need.short_kg:
        short = (need.short_kg if need else 0) / 1000
        raise ProjectError(Text(f"此项只缺 {short:g} t。", f"Only {short:g} t are missing here."))
    use = _spend(held, credit, kg)
    _kept(held, "backed", act, credit=credit.pk, pollutant=credit.pollutant, kg=kg)
    return use


@transaction.atomic
def back_all(project: Project, act: Act) -> int:
    """Back all that is missing from the oldest closures on; returns the kilograms that were found."""
    held, found = _held(project), 0
    for need in needs_of(held, day_of(act.at)):
        account = OffsetCredit.objects.select_for_update().filter(pollutant=need.pollutant)
        by_key = {one.pk: one for one in account.filter(spent_kg__lt=F("granted_kg"))}
        for share in matched(need.short_kg, [Credit(one.pk, one.left_kg) for one in by_key.values()]):
            _spend(held, by_key[share.credit], share.kg)
            found += share.kg
    if not found:
        raise ProjectError(Text("没有可用的削减量，或无须替代。", "There is nothing left to offset with, or no need."))
    _kept(held, "backed", act, kg=found)
    return found


def _spend(project: Project, credit: OffsetCredit, kg: int) -> OffsetUse:
    """Take kilograms from a credit, in one statement that takes nothing where so much is not left."""
    left = OffsetCredit.objects.filter(pk=credit.pk, granted_kg__gte=F("spent_kg") + kg)
    if not left.update(spent_kg=F("spent_kg") + kg):
        raise ProjectError(Text("此项余额不足，可能已被他人占用。", "Not so much is left of it; somebody took it."))
    use, made = OffsetUse.objects.get_or_create(credit=credit, project=project, defaults={"kg": kg})
    if not made:
        OffsetUse.objects.filter(pk=use.pk).update(kg=F("kg") + kg)
        use.refresh_from_db()
    return use


@transaction.atomic
def release(project: Project, credit: OffsetCredit, act: Act) -> None:
    """Take back what a credit gave to a project that is not decided on yet."""
    held = _held(project)
    uses = OffsetUse.objects.filter(project=held, credit=credit)
    _give_back(uses)
    _kept(held, "released", act, credit=credit.pk, pollutant=credit.pollutant)


def _free(project: Project) -> None:
    _give_back(OffsetUse.objects.filter(project=project))


def _give_back(uses: QuerySet[OffsetUse]) -> None:
    for use in uses:
        OffsetCredit.objects.filter(pk=use.credit_id).update(spent_kg=F("spent_kg") - use.kg)
        use.delete()


@dataclass(frozen=True)
class Balance:
    """The account of a pollutant, in kilograms: entered, spent for projects let in, reserved by those under review."""

    pollutant: str
    granted_kg: int
    spent_kg: int
    reserved_kg: int

    @property
    def label(self) -> str:
        """The pollutant as it is written."""
        return str(Pollutant(self.pollutant).label)

    @property
    def left_kg(self) -> int:
        """What may still be spent."""
        return self.granted_kg - self.spent_kg - self.reserved_kg


def balances() -> Sequence[Balance]:
    """Return the district's account of every pollutant."""
    granted = dict(OffsetCredit.objects.order_by().values_list("pollutant").annotate(kg=Sum("granted_kg")))
    uses = OffsetUse.objects.order_by().values_list("credit__pollutant", "project__state").annotate(kg=Sum("kg"))
    used = {(pollutant, state): kg for pollutant, state, kg in uses}
    return [
        Balance(name, granted.get(name, 0), used.get((name, State.APPROVED), 0), used.get((name, State.OPEN), 0))
        for name in Pollutant.values
    ]
