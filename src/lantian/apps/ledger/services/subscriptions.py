"""Which organisation is told of changes to which ledger (变更订阅), beside those that the pack names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import Organisation
from lantian.apps.accounts.scope import scope_of
from lantian.apps.audit.services import record
from lantian.apps.ledger.kinds import kinds, label
from lantian.apps.ledger.models import Subscription
from lantian.policy.records_ledger import Kind


@dataclass(frozen=True)
class Choice:
    """One ledger and whether an organisation is told of it; fields: those watched, none is all."""

    kind: Kind
    label: str
    organisation: Organisation
    by_pack: bool
    on: bool
    fields: Sequence[str]


def choices_of(organisations: Sequence[str]) -> list[Choice]:
    """Return every ledger for each organisation, with what is chosen."""
    known = Organisation.objects.in_bulk(list(organisations))
    chosen = {
        (one.kind, one.organisation_id): list(one.fields)
        for one in Subscription.objects.filter(organisation_id__in=list(organisations))
    }
    return [
        Choice(
            kind,
            label(kind),
            known[name],
            name in kind.subscribers,
            (kind.id, name) in chosen,
            chosen.get((kind.id, name), []),
        )
        for name in organisations
        if name in known
        for kind in kinds().values()
    ]


@transaction.atomic
def subscribe(kind: Kind, organisation: str, *, fields: Sequence[str], on: bool, by: Any, at: datetime) -> bool:
    """Begin or end a subscription of one's own organisation; returns whether anything was done. It is audited."""
    if organisation not in scope_of(by).organisations:
        return False
    if on:
        watched = [f"attributes.{one.name}" for one in kind.attributes if one.name in fields]
        watched += [name for name in ("state", "name", "owner_id", "geometry") if name in fields]
        Subscription.objects.update_or_create(kind=kind.id, organisation_id=organisation, defaults={"fields": watched})
    else:
        Subscription.objects.filter(kind=kind.id, organisation_id=organisation).delete()
    detail = {"kind": kind.id, "organisation": organisation, "on": on, "fields": list(fields)}
    record("source.subscribed" if on else "source.unsubscribed", subject=None, actor=by, at=at, detail=detail)
    return True
