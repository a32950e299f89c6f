"""Credentials through their life (证照/标识): applied for, issued, renewed, amended, suspended, revoked; points taken.

Every step is kept with the fields as they were before and after. Numbers follow the pattern of the kind in the pack and
are never given twice.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import Organisation, Role
from lantian.apps.accounts.scope import scope_of
from lantian.apps.audit.services import record
from lantian.apps.ledger.kinds import credential_kinds
from lantian.apps.ledger.models import Credential, CredentialEvent, Source
from lantian.kernel.calendar import add_months
from lantian.kernel.errors import LantianError, Text
from lantian.policy.records_ledger import CredentialKind

State = Credential.State
_SERIAL = re.compile(r"\{serial(?::[^}]*)?\}")

ALLOWED: Mapping[str, tuple[State, State]] = {
    "issued": (State.APPLIED, State.VALID),
    "refused": (State.APPLIED, State.REFUSED),
    "suspended": (State.VALID, State.SUSPENDED),
    "resumed": (State.SUSPENDED, State.VALID),
    "surrendered": (State.VALID, State.SURRENDERED),
}
"""Steps between two states; revoking is allowed from valid and suspended."""


class CredentialError(LantianError):
    """A step that a credential's state, kind or holder does not allow."""


@dataclass(frozen=True)
class Act:
    """Who does something, when, and why."""

    by: Any
    at: datetime
    reason: str = ""


def kind_named(name: str) -> CredentialKind:
    """Return a kind of credential; raises CredentialError when the pack has none."""
    found = credential_kinds().get(name)
    if found is None:
        raise CredentialError(Text(f"政策包中没有证照类别“{name}”。", f"The pack has no kind of credential {name!r}."))
    return found


def may_issue(person: Any, kind: CredentialKind) -> bool:
    """Tell whether a person may issue, suspend and revoke credentials of a kind: its issuer, and the duty desk."""
    scope = scope_of(person)
    return Role.DUTY in scope.roles or (Role.BUREAU in scope.roles and kind.issuer in scope.organisations)


@transaction.atomic
def apply(kind_name: str, source: Source, data: Mapping[str, Any], act: Act) -> Credential:
    """Apply for a credential (申请). Raises CredentialError when the source's ledger cannot hold one of this kind."""
    kind = kind_named(kind_name)
    if source.kind not in kind.for_kinds:
        raise CredentialError(
            Text(
                f"“{kind.zh}”不能发给此类对象（{source.kind}），可发给：{'、'.join(kind.for_kinds)}。",
                f"{kind.en} cannot be held by a {source.kind}; by: {', '.join(kind.for_kinds)}.",
            )
        )
    made = Credential.objects.create(
        kind=kind.id, token=secrets.token_urlsafe(16), source=source, data=dict(data), created_at=act.at
    )
    _remember(made, "applied", act, {"data": [None, dict(data)]})
    return made


@transaction.atomic
def issue(credential: Credential, act: Act, *, valid_from: date, valid_to: date | None = None) -> Credential:
    """Issue what was applied for (核发): number, validity by the kind unless given, points at the cycle's start."""
    kind = kind_named(credential.kind)
    kept = _locked(credential)
    _require(kept, "issued")
    before = _fields(kept)
    kept.number = next_number(kind, kept, valid_from)
    kept.issuer = Organisation.objects.filter(pk=kind.issuer).first()
    kept.state, kept.issued_on, kept.valid_from = State.VALID, valid_from, valid_from
    kept.valid_to = valid_to or _end(kind, valid_from)
    kept.points = kind.points
    return _saved(kept, "issued", act, before)


def _end(kind: CredentialKind, first: date) -> date | None:
    """The last day: the day before the same day so many months later."""
    return add_months(first, kind.months) - timedelta(days=1) if kind.months else None


def next_number(kind: CredentialKind, credential: Credential, on: date) -> str:
    """Return the next free number of a kind: its pattern with the year, area, stage and the serial behind the last.

    >>> kind = CredentialKind(id="x", zh="x", en="x", article=1, for_kinds=("a",), number="P{year}{serial:03d}",
    ...                       issuer="o")
    >>> prefix_of(kind, Source(), date(2019, 6, 1)), suffix_length(kind)
    ('P2019', 3)
    """
    prefix = prefix_of(kind, credential.source, on)
    taken = Credential.objects.filter(kind=kind.id, number__startswith=prefix).order_by("-number")
    last = taken.values_list("number", flat=True).first()
    digits = last[len(prefix) :] if last else ""
    serial = int(digits) + 1 if digits.isdecimal() else 1
    return f"{prefix}{serial:0{suffix_length(kind)}d}"


def prefix_of(kind: CredentialKind, source: Source, on: date) -> str:
    """Return a number's part before the serial; the serial stands last in every pattern."""
    head = _SERIAL.split(kind.number)[0]
    return head.format(year=on.year, area=(source.area_id or "")[:6], stage=source.attributes.get("stage", "X"))


def suffix_length(kind: CredentialKind) -> int:
    """Return how many digits the serial has."""
    found = re.search(r"\{serial:0?(\d+)d\}", kind.number)
    return int(found[1]) if found else 1


@transaction.atomic
def renew(credential: Credential, act: Act, *, valid_from: date, valid_to: date | None = None) -> Credential:
    """Renew (延续): a further period; points begin anew. Valid and suspended ones only."""
    kind = kind_named(credential.kind)
    kept = _locked(credential)
    if kept.state not in (State.VALID, State.SUSPENDED):
        raise _wrong(kept, "renewed")
    before = _fields(kept)
    kept.state, kept.valid_from = State.VALID, valid_from
    kept.valid_to = valid_to or _end(kind, valid_from)
    kept.points, kept.version = kind.points, kept.version + 1
    return _saved(kept, "renewed", act, before)


@transaction.atomic
def amend(credential: Credential, data: Mapping[str, Any], act: Act) -> Credential:
    """Change what a credential says (变更); the earlier version stays in its history."""
    kept = _locked(credential)
    if kept.state not in (State.APPLIED, State.VALID, State.SUSPENDED):
        raise _wrong(kept, "amended")
    before = _fields(kept)
    kept.data, kept.version = {**kept.data, **data}, kept.version + 1
    return _saved(kept, "amended", act, before)


@transaction.atomic
def step(credential: Credential, name: str, act: Act) -> Credential:
    """Refuse, suspend, resume or surrender (不予核发、暂停、恢复、注销), as the state allows; else CredentialError."""
    kept = _locked(credential)
    _require(kept, name)
    before = _fields(kept)
    kept.state = ALLOWED[name][1]
    return _saved(kept, name, act, before)


@transaction.atomic
def revoke(credential: Credential, act: Act) -> Credential:
    """Revoke (吊销), with a reason."""
    kept = _locked(credential)
    if kept.state not in (State.VALID, State.SUSPENDED):
        raise _wrong(kept, "revoked")
    if not act.reason.strip():
        raise CredentialError(Text("吊销须写明事由。", "To revoke, give a reason."))
    before = _fields(kept)
    kept.state = State.REVOKED
    return _saved(kept, "revoked", act, before)


@transaction.atomic
def take_points(credential: Credential, points: int, act: Act) -> Credential:
    """Take points off (记分); below nought there is nothing to take. The consequence is the ladder's, not ours."""
    kept = _locked(credential)
    if kept.points is None or points < 1:
        raise CredentialError(
            Text(
                "此证照不记分，或分值不是正整数。", "This credential has no points, or the number is not above nought."
            )
        )
    before = _fields(kept)
    kept.points = max(0, kept.points - points)
    return _saved(kept, "points", act, before)


@transaction.atomic
def give_points(credential: Credential, points: int, act: Act) -> Credential:
    """Give back points that were taken by a decision that is revoked; never more than a cycle begins with."""
    kept = _locked(credential)
    most = kind_named(kept.kind).points
    if kept.points is None or most is None or points < 1:
        raise CredentialError(
            Text(
                "此证照不记分，或分值不是正整数。", "This credential has no points, or the number is not above nought."
            )
        )
    before = _fields(kept)
    kept.points = min(most, kept.points + points)
    return _saved(kept, "points", act, before)


def _locked(credential: Credential) -> Credential:
    return Credential.objects.select_for_update().select_related("source").get(pk=credential.pk)


def _require(credential: Credential, name: str) -> None:
    if credential.state != ALLOWED[name][0]:
        raise _wrong(credential, name)


def _wrong(credential: Credential, name: str) -> CredentialError:
    return CredentialError(
        Text(
            f"证照 {credential} 现为“{State(credential.state).label}”，不能执行此操作（{name}）。",
            f"Credential {credential} is {credential.state}; it cannot be {name}.",
        )
    )


def _fields(credential: Credential) -> dict[str, Any]:
    days = {name: getattr(credential, name) for name in ("issued_on", "valid_from", "valid_to")}
    written = {name: day.isoformat() if day else None for name, day in days.items()}
    return {
        "state": str(credential.state),
        "number": credential.number,
        "data": dict(credential.data),
        "points": credential.points,
        "version": credential.version,
        **written,
    }


def _saved(credential: Credential, name: str, act: Act, before: Mapping[str, Any]) -> Credential:
    credential.save()
    after = _fields(credential)
    _remember(credential, name, act, {key: [before[key], after[key]] for key in after if before[key] != after[key]})
    return credential


def _remember(credential: Credential, name: str, act: Act, fields: Mapping[str, Any]) -> None:
    CredentialEvent.objects.create(
        credential=credential, at=act.at, kind=name, by=act.by, reason=act.reason, fields=dict(fields)
    )
    detail = {"kind": credential.kind, "number": credential.number, "source": credential.source.code}
    record(f"credential.{name}", subject=credential, actor=act.by, at=act.at, detail=detail)


def standing(credential: Credential, on: date) -> str:
    """Return how a credential stands on a day: its state, or ``expired`` or ``not-yet`` for a valid one."""
    if credential.state != State.VALID:
        return str(credential.state)
    if credential.valid_to is not None and on > credential.valid_to:
        return "expired"
    return "not-yet" if credential.valid_from is not None and on < credential.valid_from else "valid"
