"""Platforms above ours (上级平台): put on the list, paused and resumed; what each has confirmed, day by day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.audit.services import record
from lantian.apps.telemetry.models import PushDay, PushTarget
from lantian.kernel.errors import LantianError, Text
from lantian.policy.reader import load_pack
from lantian.policy.records_telemetry import PointKind

PERIODS = (60, 3600, 86_400)
"""Period lengths that go up: minutes, hours, days [s]."""
_SCHEMES = {PushTarget.Manner.HJ212: {"hj212"}, PushTarget.Manner.JSON: {"http", "https"}}


class PushError(LantianError):
    """A target that cannot be pushed to as it is described."""


@dataclass(frozen=True)
class NewTarget:
    """A target to put on the list; see :class:`PushTarget`."""

    name: str
    manner: str
    address: str
    secret: str
    kinds: Sequence[str]
    periods: Sequence[int]


@transaction.atomic
def put_target(new: NewTarget, *, by: Person, at: datetime) -> PushTarget:
    """Put a target on the list, or change the one of that name; an empty secret leaves the known one.

    What came before the first round is not pushed. Raises PushError.
    """
    _check(new)
    values = {
        "manner": new.manner,
        "address": new.address,
        "kinds": sorted(set(new.kinds)),
        "periods": sorted(set(new.periods)),
    }
    secret = {"secret": new.secret} if new.secret else {}
    target, created = PushTarget.objects.update_or_create(name=new.name.strip(), defaults=values | secret)
    verb = "push-target.added" if created else "push-target.changed"
    record(verb, subject=target, actor=by, at=at, detail={"name": target.name, **values})
    return target


@transaction.atomic
def switch_target(target: PushTarget, state: str, *, by: Person, at: datetime) -> None:
    """Pause a target (``paused``) or resume it (``active``); a paused one is caught up when it is resumed."""
    target.active = state == "active"
    target.failures, target.retry_at = 0, None
    target.save(update_fields=["active", "failures", "retry_at"])
    record(f"push-target.{state}", subject=target, actor=by, at=at, detail={"name": target.name})


def _check(new: NewTarget) -> None:
    if not new.name.strip():
        raise PushError(Text("上级平台须有名称。", "A target needs a name."))
    if urlsplit(new.address).scheme not in _SCHEMES.get(PushTarget.Manner(new.manner), set()) or not _has_place(new):
        raise PushError(
            Text(
                f"地址“{new.address}”应为 hj212://主机:端口 或 http(s)://…，并与方式一致。",
                f"The address “{new.address}” must be hj212://HOST:PORT or http(s)://…, as its manner asks.",
            )
        )
    known = {kind.id for kind in load_pack(settings.PACK).all(PointKind)}
    wrong = [kind for kind in new.kinds if kind not in known] + [str(n) for n in new.periods if n not in PERIODS]
    if wrong or not new.kinds or not new.periods:
        raise PushError(
            Text(
                f"点位类别和时段至少各选一项，且须为已知项（不认识：{'、'.join(wrong) or '无'}）。",
                f"Choose known kinds and periods, at least one of each (unknown: {', '.join(wrong) or 'none'}).",
            )
        )


def _has_place(new: NewTarget) -> bool:
    if new.manner == PushTarget.Manner.HJ212:
        return re.fullmatch(r"hj212://[^/?#@\s]+:[0-9]{1,5}/?", new.address) is not None
    return bool(urlsplit(new.address).hostname)


@dataclass(frozen=True)
class PushRow:
    """One line of the reconciliation (对账): a target's values of one Beijing day and kind of point.

    missing: due and neither confirmed nor refused. share: confirmed of those due, 0 to 1, None without any due.
    mean_delay_s: from the end of the period to the confirmation, None without any confirmed.
    """

    target: PushTarget
    day: date
    kind: str
    due: int
    sent: int
    confirmed: int
    refused: int
    attempts: int
    missing: int
    share: float | None
    mean_delay_s: float | None


def push_report(days: int, *, today: date) -> list[PushRow]:
    """Return the reconciliation of the last days with every target, newest day first."""
    first = today - timedelta(days=days - 1)
    found = PushDay.objects.filter(day__gte=first, day__lte=today).select_related("target")
    return [_row(each) for each in found.order_by("-day", "target__name", "kind")]


def _row(each: PushDay) -> PushRow:
    return PushRow(
        target=each.target,
        day=each.day,
        kind=each.kind,
        due=each.due,
        sent=each.sent,
        confirmed=each.confirmed,
        refused=each.refused,
        attempts=each.attempts,
        missing=max(each.due - each.confirmed - each.refused, 0),
        share=each.confirmed / each.due if each.due else None,
        mean_delay_s=each.delay_s / each.confirmed if each.confirmed else None,
    )
