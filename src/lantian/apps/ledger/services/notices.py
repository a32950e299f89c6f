"""Tell departments of changes that they watch, and of credentials that expire (台账与证照通知)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from lantian.apps.ledger.kinds import credential_kinds
from lantian.apps.ledger.models import Credential, Source
from lantian.apps.notices.models import Cursor
from lantian.apps.notices.rules import rule_at
from lantian.apps.notices.selectors.people import people_of
from lantian.apps.notices.services import Event, tell, tell_each
from lantian.apps.notices.services.telling import key_of
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.records_ledger import Kind

NOTICES = "/ledgers/notices/"


def tell_of_change(source: Source, kind: Kind, change: int, organisations: Sequence[str], at: datetime) -> None:
    """Tell the people of organisations of one change, in its own transaction."""
    if not organisations:
        return
    people = people_of(organisations, at, source.area_id or "")
    context = {"ledger": Text(kind.zh, kind.en), "name": source.name}
    link = reverse("ledger:source", args=[kind.id, key_of(source)])
    tell(people, "ledger-change", context, link=link, key=f"ledger:{change}", at=at, organisations=organisations)


def tell_of_import(kind: Kind, notices: Iterable[tuple[int, str]], at: datetime) -> None:
    """Tell each organisation once of all changes of an import. notices: of each, the change and the organisation."""
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    for change, organisation in notices:
        counts[organisation] += 1
        first.setdefault(organisation, change)
    for organisation, count in counts.items():
        context = {"ledger": Text(kind.zh, kind.en), "count": count}
        key = f"ledger:{organisation}:{first[organisation]}+{count}"
        tell(
            people_of([organisation], at), "ledger-change-many", context, link=NOTICES, key=key, at=at,
            organisations=[organisation],
        )  # fmt: skip


@transaction.atomic
def tell_of_expiries(now: datetime) -> None:
    """Tell holders and issuers, once a day, of credentials that expire in as many days as the pack names."""
    cursor = Cursor.objects.select_for_update().filter(pk="credentials").first()
    today = day_of(now)
    if cursor is not None and cursor.at is not None and day_of(cursor.at) >= today:
        return
    since = day_of(cursor.at) if cursor and cursor.at else today - timedelta(days=1)
    for days in rule_at(now).expiry_days:
        last = today + timedelta(days=days)
        _tell_expiring(since + timedelta(days=days), last, days, now)
    Cursor.objects.update_or_create(pk="credentials", defaults={"at": now})


def _tell_expiring(after: date, until: date, days: int, now: datetime) -> None:
    ends = Q(valid_to__gt=after, valid_to__lte=until)
    groups: Mapping[str, list[Credential]] = defaultdict(list)
    found = Credential.objects.in_force(day_of(now)).filter(ends).select_related("source").order_by("pk")
    for one in found:
        for organisation in {one.source.owner_id, one.issuer_id} - {None}:
            groups[str(organisation)].append(one)
    for organisation, held in groups.items():
        many = Event(
            {"count": len(held), "day": until}, reverse("ledger:credentials"),
            key_of("credentials", organisation, days, *(one.pk for one in held)),
        )  # fmt: skip
        events = (_event(one, organisation, days) for one in held)
        tell_each(
            people_of([organisation], now), "credential-expiring", events, len(held), many=many,
            many_template="credential-expiring-many", at=now, organisations=[organisation],
        )  # fmt: skip


def _event(one: Credential, organisation: str, days: int) -> Event:
    kind = credential_kinds().get(one.kind)
    context = {
        "kind": Text(kind.zh, kind.en) if kind else one.kind, "number": one.number, "name": one.source.name,
        "day": one.valid_to,
    }  # fmt: skip
    key = f"credential:{one.pk}:{one.valid_to}:{days}:{organisation}"
    return Event(context, reverse("ledger:credential", args=[one.pk]), key)
