"""Duty lists (应有清单): who must have a monitor, a permit, a measure; who has it; who is late.

What a source has beside its own attributes and credentials is known by higher parts: telemetry says which sources have
a working device or a camera, inspections when one was last visited. They fill :data:`have` in ``project/wiring.py``.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Q

from lantian.apps.ledger.conditions import as_filter
from lantian.apps.ledger.models import Credential, Source
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.apps.ledger.services.sources import working_states
from lantian.policy.records_ledger import Duty, Kind

Status = Literal["has", "missing", "late"]
Having = Callable[[Duty, date], Collection[int]]


def _nobody(duty: Duty, on: date) -> Collection[int]:
    return frozenset()


# Hooks by need: the ids of sources that have what a duty asks for, on a day.
have: dict[str, Having] = {"device": _nobody, "camera": _nobody, "inspection": _nobody}


@dataclass(frozen=True)
class DutyCount:
    """How a duty stands in what a reader may see."""

    kind: Kind
    duty: Duty
    due: int
    has: int
    on: date

    @property
    def missing(self) -> int:
        """How many have not what they must have."""
        return self.due - self.has

    @property
    def late(self) -> bool:
        """Whether its day has passed."""
        return self.duty.by is not None and self.on > self.duty.by


def due(kind: Kind, duty: Duty, sources: SourceQuerySet, on: date) -> SourceQuerySet:
    """Return the entries on which a duty lies on a day."""
    if duty.from_day is not None and on < duty.from_day:
        return sources.none()
    working = sources.of_kind(kind.id).current().filter(state__in=working_states(kind))
    return working.filter(as_filter(duty.when))


def having(duty: Duty, on: date) -> Q:
    """Return the condition on sources that have what a duty asks for."""
    if duty.needs == "attribute":
        filled = Q(attributes__has_key=duty.which) & ~Q(**{f"attributes__{duty.which}": False})
        return filled & ~Q(**{f"attributes__{duty.which}": "none"})
    if duty.needs == "credential":
        valid = Credential.objects.of_kind(duty.which).in_force(on)
        return Q(pk__in=valid.values("source_id"))
    return Q(pk__in=list(have[duty.needs](duty, on)))


def count(kind: Kind, duty: Duty, sources: SourceQuerySet, on: date) -> DutyCount:
    """Count who must and who does."""
    asked = due(kind, duty, sources, on)
    return DutyCount(kind, duty, asked.count(), asked.filter(having(duty, on)).count(), on)


def missing(kind: Kind, duty: Duty, sources: SourceQuerySet, on: date) -> SourceQuerySet:
    """Return the entries that must have it and have not (应装未装)."""
    return due(kind, duty, sources, on).exclude(having(duty, on))


def of_source(source: Source, kind: Kind, on: date) -> list[tuple[Duty, Status]]:
    """Return the duties of one entry with their standing."""
    found: list[tuple[Duty, Status]] = []
    one = Source.objects.filter(pk=source.pk)
    for duty in kind.duties:
        if due(kind, duty, one, on).exists():
            has = one.filter(having(duty, on)).exists()
            found.append((duty, "has" if has else _late(duty, on)))
    return found


def _late(duty: Duty, on: date) -> Status:
    return "late" if duty.by is not None and on > duty.by else "missing"


def every(kinds: Iterable[Kind]) -> list[tuple[Kind, Duty]]:
    """Return all duties of some ledgers in order."""
    return [(kind, duty) for kind in kinds for duty in kind.duties]
