"""Who reported (举报人): kept sealed, opened for one reason at a time, and every opening is written down."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.accounts.rights import may
from lantian.apps.accounts.scope import scope_of
from lantian.apps.complaints.models import Complaint, OrderImport, Reporter
from lantian.apps.complaints.services.errors import ComplaintError
from lantian.apps.complaints.services.sealing import Sealed, add_key, drop_keys, ring, seal, unseal
from lantian.apps.complaints.services.state import note
from lantian.kernel.errors import Text

RIGHT = "complaints:reporter"
LEAST_REASON = 4
"""Letters that a reason has at least."""


@dataclass(frozen=True)
class Identity:
    """Who reported: name, telephone, and the complaint in their own words where it told who they are."""

    name: str = ""
    phone: str = ""
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.phone or self.words)


def keep_reporter(complaint: Complaint, who: Identity, *, at: datetime) -> Reporter | None:
    """Seal who reported beside a complaint; nothing is kept of somebody who said nothing of themselves."""
    if not who:
        return None
    plain = json.dumps({"name": who.name, "phone": who.phone, "words": who.words}, ensure_ascii=False).encode()
    sealed = seal(plain, complaint.number)
    return Reporter.objects.create(complaint=complaint, key=sealed.key, sealed=sealed.content, sealed_at=at)


@transaction.atomic
def read_reporter(complaint: Complaint, *, by: Person, reason: str, at: datetime) -> Identity:
    """Open who reported, for somebody with the right and a reason; it is in the audit log before it is answered."""
    if not may(by, RIGHT, "POST") or not Complaint.objects.visible_to(by).filter(pk=complaint.pk).exists():
        raise ComplaintError(Text("您的岗位不能查看举报人。", "Your posts may not see who reported."))
    if len(reason.strip()) < LEAST_REASON:
        raise ComplaintError(Text("请写明查看举报人的理由。", "Say why you have to see who reported."), "reason")
    kept = Reporter.objects.filter(complaint=complaint).first()
    if kept is None:
        raise ComplaintError(Text("此投诉为匿名，没有举报人信息。", "This complaint is anonymous; nobody is known."))
    roles = sorted(scope_of(by).roles)
    note(complaint, "reporter-read", by=by, at=at, text=reason, detail={"reason": reason.strip()[:200], "roles": roles})
    return Identity(**json.loads(unseal(Sealed(kept.key, bytes(kept.sealed)), complaint.number)))


@dataclass(frozen=True)
class Rotated:
    """What a change of keys did: the key in use, how many records it seals anew, and the keys taken out."""

    key: str
    records: int
    dropped: list[str]


def rotate_keys() -> Rotated:
    """Seal every reporter with the newest key and take out keys that seal nothing.

    A new key is made first, unless the newest is not the only one in use: it was written first by hand, or an earlier
    change was cut short.
    """
    newest = ring()[0]
    if _used() <= {newest.id}:
        newest = add_key()
    old = Reporter.objects.exclude(key=newest.id).values_list("pk", flat=True)
    count = sum(_seal_again(pk, newest.id) for pk in list(old))
    return Rotated(newest.id, count, drop_keys(_used()))


def _used() -> frozenset[str]:
    kept = set(Reporter.objects.values_list("key", flat=True).distinct())
    return frozenset(kept | set(OrderImport.objects.exclude(key="").values_list("key", flat=True).distinct()))


@transaction.atomic
def _seal_again(pk: int, key: str) -> bool:
    kept = Reporter.objects.select_for_update().select_related("complaint").get(pk=pk)
    plain = unseal(Sealed(kept.key, bytes(kept.sealed)), kept.complaint.number)
    sealed = seal(plain, kept.complaint.number)
    kept.key, kept.sealed = sealed.key, sealed.content
    kept.save(update_fields=["key", "sealed"])
    return sealed.key == key
