"""What people do with bulletins: draft, refresh, write, submit, give back, sign, withdraw."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from lantian.apps.accounts.models import Person
from lantian.apps.assessment.models import Bulletin, BulletinEvent, Snapshot
from lantian.apps.assessment.rules import record_of
from lantian.apps.assessment.services.notices import tell_of
from lantian.apps.assessment.services.papers import Stamp
from lantian.apps.assessment.services.producers import PRODUCERS, paper_for
from lantian.apps.assessment.services.signed import freeze, next_number
from lantian.apps.assessment.snapshots import number_of
from lantian.apps.audit.services import record as audit
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.kernel.periods import Period
from lantian.policy.records_bulletin import BulletinRecord

FOLDER = "bulletins"
LONGEST = 2000
"""Letters that the drafter may add."""


class BulletinError(LantianError):
    """An act that a bulletin's state, or the person's part in it, does not allow."""


@dataclass(frozen=True)
class Acting:
    """Who acts, when, and which revision of the bulletin they saw."""

    by: Person | None
    at: datetime
    revision: int | None = None


def take_snapshot(record: BulletinRecord, period: Period, known_at: datetime) -> Snapshot:
    """Freeze the facts of a period as they are known; the same facts at the same instant are one snapshot."""
    data = PRODUCERS[record.subject].facts(record, period, known_at)
    known = datetime.fromisoformat(data["known_at"])
    made, _ = Snapshot.objects.get_or_create(
        id=number_of(data),
        defaults={"record": record.id, "period": str(period), "known_at": known, "data": data, "made_at": known_at},
    )
    return made


@transaction.atomic
def draft(record: BulletinRecord, period: Period, acting: Acting) -> Bulletin:
    """Draft the bulletin of a period that is over; after a signed one it is its correction, the next version."""
    _may(record.drafters, acting)
    if acting.at < period.end:
        raise BulletinError(Text(f"{period} 尚未结束，不能拟稿。", f"{period} is not over yet."))
    past = Bulletin.objects.select_for_update().filter(record=record.id, period=str(period)).order_by("version")
    unsigned = BulletinError(Text(f"{period} 已有未签发的稿件。", f"{period} has a bulletin that is not signed yet."))
    if past.open().exists():
        raise unsigned
    last = past.last()
    try:
        with transaction.atomic():
            made = Bulletin.objects.create(
                record=record.id, span=record.span, period=str(period), version=last.version + 1 if last else 1,
                snapshot=take_snapshot(record, period, acting.at), drafted_by=acting.by, drafted_at=acting.at,
            )  # fmt: skip
    except IntegrityError as error:  # somebody else drafted it in the same instant
        raise unsigned from error
    _note(made, "drafted", acting)
    return made


@transaction.atomic
def refresh(bulletin: Bulletin, acting: Acting) -> Bulletin:
    """Take the facts anew into a draft."""
    held = _held(bulletin, acting, Bulletin.State.DRAFT)
    record = record_of(held)
    _may(record.drafters, acting)
    held.snapshot = take_snapshot(record, Period.read(held.period), acting.at)
    return _kept(held, "refreshed", acting)


@transaction.atomic
def write(bulletin: Bulletin, requirements: str, acting: Acting) -> Bulletin:
    """Write what is asked of the streets into a draft."""
    held = _held(bulletin, acting, Bulletin.State.DRAFT)
    _may(record_of(held).drafters, acting)
    held.requirements = requirements.strip()[:LONGEST]
    return _kept(held, "written", acting)


@transaction.atomic
def submit(bulletin: Bulletin, acting: Acting) -> Bulletin:
    """Hand a draft in for signature."""
    held = _held(bulletin, acting, Bulletin.State.DRAFT)
    _may(record_of(held).drafters, acting)
    held.state = Bulletin.State.REVIEW
    return _kept(held, "submitted", acting)


@transaction.atomic
def give_back(bulletin: Bulletin, reason: str, acting: Acting) -> Bulletin:
    """Give a bulletin back to its drafter, with the reason."""
    held = _held(bulletin, acting, Bulletin.State.REVIEW)
    _may(record_of(held).signers, acting)
    held.state = Bulletin.State.DRAFT
    return _kept(held, "returned", acting, _reason(reason))


@transaction.atomic
def withdraw(bulletin: Bulletin, reason: str, acting: Acting) -> Bulletin:
    """Withdraw what is not signed, with the reason; it keeps its version and takes no number."""
    held = _held(bulletin, acting, Bulletin.State.DRAFT, Bulletin.State.REVIEW)
    _may(record_of(held).drafters, acting)
    held.state = Bulletin.State.WITHDRAWN
    return _kept(held, "withdrawn", acting, _reason(reason))


@transaction.atomic
def sign(bulletin: Bulletin, acting: Acting) -> Bulletin:
    """Sign: number, day, and the bytes of DOCX and PDF, all frozen with the snapshot. Nobody signs their own draft."""
    held = _held(bulletin, acting, Bulletin.State.REVIEW)
    record = record_of(held)
    _may(record.signers, acting)
    if acting.by is not None and acting.by.pk == held.drafted_by_id:
        raise BulletinError(
            Text("拟稿人不能签发自己的稿件。", "A bulletin is signed by somebody else than its drafter.")
        )
    held.state, held.signed_by, held.signed_at = Bulletin.State.SIGNED, acting.by, acting.at
    held.day = day_of(acting.at)
    held.number = next_number(record.word, held.day.year)
    freeze(held, paper_for(held, Stamp(held.day, held.number, draft=False)), FOLDER)
    return _kept(held, "signed", acting)


def _held(bulletin: Bulletin, acting: Acting, *states: str) -> Bulletin:
    held = Bulletin.objects.select_for_update().select_related("snapshot").get(pk=bulletin.pk)
    if acting.revision is not None and acting.revision != held.revision:
        raise BulletinError(
            Text("稿件在您打开后已有变动，请查看后再办。", "The bulletin has changed since you opened it; look again.")
        )
    if held.state not in states:
        name = Bulletin.State(held.state)
        raise BulletinError(
            Text(f"通报现在是“{name.label}”，不能这样办理。", f"The bulletin is {held.state}; this cannot be done now.")
        )
    return held


def _may(roles: tuple[str, ...], acting: Acting) -> None:
    """Ask for one of the roles that the pack names; the system itself, as a command, drafts without a person."""
    if acting.by is not None and not acting.by.roles & set(roles):
        raise BulletinError(Text("您的岗位不能这样办理通报。", "Your posts do not allow this act on a bulletin."))


def _reason(reason: str) -> str:
    if not reason.strip():
        raise BulletinError(Text("请写明理由。", "Say why."))
    return reason.strip()[:300]


def _kept(held: Bulletin, kind: str, acting: Acting, reason: str = "") -> Bulletin:
    held.revision += 1
    held.save()
    _note(held, kind, acting, reason)
    return held


def _note(bulletin: Bulletin, kind: str, acting: Acting, reason: str = "") -> None:
    BulletinEvent.objects.create(
        bulletin=bulletin, at=acting.at, by=acting.by, kind=kind, reason=reason, snapshot=bulletin.snapshot_id,
        requirements=bulletin.requirements,
    )  # fmt: skip
    detail: dict[str, Any] = {"record": bulletin.record, "period": bulletin.period, "snapshot": bulletin.snapshot_id}
    if bulletin.signed:
        detail |= {"number": bulletin.number, "docx": bulletin.docx_sha256, "pdf": bulletin.pdf_sha256}
    audit(f"bulletin.{kind}", subject=bulletin, actor=acting.by, at=acting.at, detail=detail)
    tell_of(bulletin, kind, reason, acting.at)
