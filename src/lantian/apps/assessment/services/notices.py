"""Tell of bulletins (通报通知): signers of what waits, the drafter of what comes back, streets of what is issued."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.urls import reverse

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.assessment.models import Bulletin
from lantian.apps.assessment.rules import record_of
from lantian.apps.notices.selectors.people import holders_of_role, people_of
from lantian.apps.notices.services import tell
from lantian.kernel.errors import Text
from lantian.policy.records_bulletin import BulletinRecord

People = Callable[[Bulletin, BulletinRecord, datetime], list[Person]]


def tell_of(bulletin: Bulletin, kind: str, reason: str, at: datetime) -> None:
    """Tell whom an act on a bulletin concerns; most acts concern nobody else."""
    found = WHOM.get(kind)
    if found is None:
        return
    template, people = found
    record = record_of(bulletin)
    context = {
        "bulletin": Text(record.zh, record.en),
        "period": bulletin.period,
        "number": bulletin.number or "—",
        "reason": reason or "—",
    }
    link = reverse("assessment:bulletin", args=[bulletin.pk])
    key = f"bulletin:{bulletin.pk}:{bulletin.revision}"
    tell(people(bulletin, record, at), template, context, link=link, key=key, at=at)


def _signers(bulletin: Bulletin, record: BulletinRecord, at: datetime) -> list[Person]:
    """Who may sign: of the issuing organisation, else whoever holds a role that signs."""
    near = [one for one in people_of([record.organisation], at) if one.roles & set(record.signers)]
    able = near or [one for role in record.signers for one in holders_of_role(role, at)]
    return [one for one in able if one.pk != bulletin.drafted_by_id]


def _drafter(bulletin: Bulletin, record: BulletinRecord, at: datetime) -> list[Person]:
    return [bulletin.drafted_by] if bulletin.drafted_by else []


def _streets(bulletin: Bulletin, record: BulletinRecord, at: datetime) -> list[Person]:
    """Whoever holds a post in the offices of the streets that are ranked."""
    codes = [code for code, *_names in bulletin.snapshot.data["places"]]
    offices = Organisation.objects.filter(area__in=codes).exclude(kind="enterprise")
    return people_of(offices.values_list("code", flat=True), at)


WHOM: Mapping[str, tuple[str, People]] = {
    "submitted": ("bulletin-waits", _signers),
    "returned": ("bulletin-returned", _drafter),
    "signed": ("bulletin-issued", _streets),
}
"""Of which acts is told with which text, and whom."""
