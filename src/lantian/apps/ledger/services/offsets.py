"""The account of closures (削减量台账): what closures gave, and what backs new projects, which is never spent twice.

A credit is spent by one conditional statement: two people who back projects from the same closure at once cannot both
have what is there once. What the database holds is checked by a constraint beside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from lantian.apps.audit.services import record
from lantian.apps.ledger.kinds import kind as kind_of
from lantian.apps.ledger.models import OffsetCredit, OffsetUse, Pollutant, Project, Source
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.apps.ledger.services.credentials import Act
from lantian.apps.ledger.services.projects import ProjectError, give_back, held_open, kept, needs_of, rule
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.reductions.offsets import Credit, kilograms, matched

State = Project.State


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
    source = Source.objects.select_for_update().get(pk=source.pk)
    found, state = rule(day_of(act.at)), kind_of(source.kind).state(source.state)
    if source.kind not in found.closed or state is None or state.working or not state.final:
        raise ProjectError(Text(f"“{source.name}”尚未退出。", f"{source.name!r} is not closed."))
    day = str(source.attributes.get(found.closed_on) or "")
    if not day:
        raise ProjectError(Text(f"“{source.name}”的退出未经核实。", f"The closure of {source.name!r} is not verified."))
    if date.fromisoformat(day) > day_of(act.at):
        raise ProjectError(Text(f"“{source.name}”的退出核实日期在将来。", f"{source.name!r} closes in the future."))
    if source.credits.exists():
        raise ProjectError(Text(f"“{source.name}”的削减量已入账。", f"{source.name!r} has been entered already."))
    amounts = {name: kilograms(Decimal(str(source.attributes.get(name) or 0))) for name in Pollutant.values}
    if not any(amounts.values()):
        raise ProjectError(Text(f"“{source.name}”没有排放量。", f"{source.name!r} names no emission."))
    made = [
        OffsetCredit.objects.create(
            source=source, pollutant=name, granted_kg=kg, closed_on=date.fromisoformat(day), at=act.at, by=act.by
        )
        for name, kg in amounts.items()
        if kg
    ]
    detail = {"code": source.code, "granted_kg": {one.pollutant: one.granted_kg for one in made}}
    record("offset.granted", subject=source, actor=act.by, at=act.at, detail=detail)
    return made


@transaction.atomic
def back(project: Project, credit: OffsetCredit, kg: int, act: Act) -> OffsetUse:
    """Back a project with a part of a closure (替代). Raises ProjectError where so much is not left or not needed."""
    held = held_open(project)
    need = next((one for one in needs_of(held, day_of(act.at)) if one.pollutant == credit.pollutant), None)
    if need is None or not 0 < kg <= need.short_kg:
        short = (need.short_kg if need else 0) / 1000
        raise ProjectError(Text(f"此项只缺 {short:g} t。", f"Only {short:g} t are missing here."))
    use = _spend(held, credit, kg)
    kept(held, "backed", act, credit=credit.pk, pollutant=credit.pollutant, kg=kg)
    return use


@transaction.atomic
def back_all(project: Project, act: Act) -> int:
    """Back all that is missing from the oldest closures on; returns the kilograms that were found."""
    held, found = held_open(project), 0
    for need in needs_of(held, day_of(act.at)):
        account = OffsetCredit.objects.select_for_update().filter(pollutant=need.pollutant)
        by_key = {one.pk: one for one in account.filter(spent_kg__lt=F("granted_kg"))}
        for share in matched(need.short_kg, [Credit(one.pk, one.left_kg) for one in by_key.values()]):
            _spend(held, by_key[share.credit], share.kg)
            found += share.kg
    if not found:
        raise ProjectError(Text("没有可用的削减量，或无须替代。", "There is nothing left to offset with, or no need."))
    kept(held, "backed", act, kg=found)
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
    held = held_open(project)
    uses = OffsetUse.objects.filter(project=held, credit=credit)
    give_back(uses)
    kept(held, "released", act, credit=credit.pk, pollutant=credit.pollutant)


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
