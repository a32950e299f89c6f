"""What the credential pages show (证照页面): the list with its filters, one credential, its public face, its paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.apps.ledger.kinds import credential_kinds, kinds, label
from lantian.apps.ledger.models import Credential, CredentialEvent
from lantian.apps.ledger.models.credentials import CredentialQuerySet
from lantian.apps.ledger.pages.look import is_english, shown
from lantian.apps.ledger.services import permits
from lantian.apps.ledger.services.credentials import standing
from lantian.apps.ledger.services.permits import Total
from lantian.kernel.identifiers import plain
from lantian.policy.records_ledger import CredentialKind

PER_PAGE = 25
VIEWS: Mapping[str, Promise] = {
    "": gettext_lazy("全部"),
    "applied": gettext_lazy("待核发"),
    "valid": gettext_lazy("有效"),
    "expiring": gettext_lazy("即将到期"),
    "suspended": gettext_lazy("暂停"),
    "expired": gettext_lazy("已过期"),
    "ended": gettext_lazy("已吊销注销"),
}
WITHIN = (30, 60, 90)
"""Days ahead that the view of what expires may look."""
STANDINGS: Mapping[str, tuple[str, Promise]] = {
    "valid": ("g", gettext_lazy("有效")),
    "not-yet": ("o", gettext_lazy("未生效")),
    "expired": ("r", gettext_lazy("已过期")),
    "suspended": ("p", gettext_lazy("暂停")),
    "applied": ("o", gettext_lazy("申请中")),
    "revoked": ("o", gettext_lazy("吊销")),
    "surrendered": ("o", gettext_lazy("注销")),
    "refused": ("o", gettext_lazy("不予核发")),
}
EVENTS: Mapping[str, Promise] = {
    "applied": gettext_lazy("申请"),
    "issued": gettext_lazy("核发"),
    "renewed": gettext_lazy("延续"),
    "amended": gettext_lazy("变更"),
    "refused": gettext_lazy("驳回申请"),
    "suspended": gettext_lazy("暂停证照"),
    "resumed": gettext_lazy("恢复证照"),
    "revoked": gettext_lazy("吊销证照"),
    "surrendered": gettext_lazy("注销证照"),
    "points": gettext_lazy("记分"),
}
FIELDS: Mapping[str, Promise] = {
    "state": gettext_lazy("状态"),
    "number": gettext_lazy("编号"),
    "points": gettext_lazy("剩余分值"),
    "version": gettext_lazy("版本"),
    "issued_on": gettext_lazy("核发日期"),
    "valid_from": gettext_lazy("有效期起"),
    "valid_to": gettext_lazy("有效期止"),
}
STEPS: Mapping[str, Sequence[str]] = {
    "applied": ("issued", "refused", "amended"),
    "valid": ("renewed", "amended", "suspended", "revoked", "surrendered"),
    "suspended": ("resumed", "renewed", "amended", "revoked"),
}
"""The steps that a state allows, as they are offered."""


@dataclass(frozen=True)
class Query:
    """What the list is asked: a kind, a view, a text, and the days ahead of what expires."""

    kind: str = ""
    view: str = ""
    text: str = ""
    within: int = 60

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Query":
        """Read an address; what is not known is left out."""
        within = given.get("within", "")
        return cls(
            given.get("kind", "") if given.get("kind", "") in credential_kinds() else "",
            given.get("view", "") if given.get("view", "") in VIEWS else "",
            given.get("text", "").strip()[:60],
            int(within) if within.isdecimal() and int(within) in WITHIN else 60,
        )


@dataclass(frozen=True)
class Line:
    """A credential as a list shows it."""

    credential: Credential
    kind: CredentialKind
    letter: str
    standing: str


def line_of(credential: Credential, on: date) -> Line:
    """Return a credential with its standing in words."""
    letter, words = STANDINGS[standing(credential, on)]
    return Line(credential, credential_kinds()[credential.kind], letter, str(words))


def filtered(person: Any, query: Query, on: date) -> CredentialQuerySet:
    """Return the credentials that a question asks for, as far as a person may see them."""
    found = Credential.objects.visible_to(person).filter(kind__in=list(credential_kinds()))
    if query.kind:
        found = found.of_kind(query.kind)
    if query.text:
        name = plain(query.text)
        found = found.filter(Q(number__icontains=name) | Q(source__search__contains=name.lower()))
    return found.filter(_view(query, on))


def _view(query: Query, on: date) -> Q:
    valid = Q(state=Credential.State.VALID)
    views = {
        "applied": Q(state=Credential.State.APPLIED),
        "valid": valid & (Q(valid_to__isnull=True) | Q(valid_to__gte=on)),
        "expiring": valid & Q(valid_to__gte=on, valid_to__lte=on + timedelta(days=query.within)),
        "suspended": Q(state=Credential.State.SUSPENDED),
        "expired": valid & Q(valid_to__lt=on),
        "ended": Q(state__in=(Credential.State.REVOKED, Credential.State.SURRENDERED, Credential.State.REFUSED)),
    }
    return views.get(query.view, Q())


@dataclass(frozen=True)
class Listing:
    """The list: its lines, the page, and the choices of its filters."""

    query: Query
    lines: Sequence[Line]
    page: "Page[Credential]"
    kinds: Sequence[tuple[str, str]]
    views: Sequence[tuple[str, str]]


def listing(person: Any, query: Query, on: date, number: str) -> Listing:
    """Return one page of the list; what expires soonest comes first in its view, else the newest."""
    order = "valid_to" if query.view == "expiring" else "-pk"
    found = filtered(person, query, on).select_related("source", "source__area", "issuer").order_by(order)
    page = Paginator(found, PER_PAGE).get_page(number)
    names = [(one.id, label(one)) for one in credential_kinds().values()]
    lines = [line_of(one, on) for one in page.object_list]
    return Listing(query, lines, page, names, [(key, str(name)) for key, name in VIEWS.items()])


@dataclass(frozen=True)
class History:
    """One step of a credential's life: what changed, from and to."""

    event: CredentialEvent
    name: str
    changes: Sequence[tuple[str, str, str]]


def history(credential: Credential) -> list[History]:
    """Return a credential's life, newest first."""
    events = credential.events.select_related("by").order_by("-at", "-pk")
    return [History(one, str(EVENTS.get(one.kind, one.kind)), list(_changes(credential, one.fields))) for one in events]


def _changes(credential: Credential, fields: Mapping[str, Any]) -> Sequence[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for name, (before, after) in fields.items():
        if name == "data":
            found += _data_changes(credential, before or {}, after or {})
        else:
            found.append((str(FIELDS.get(name, name)), _word(name, before), _word(name, after)))
    return found


def _data_changes(
    credential: Credential, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    names = {one.name: label_of(one) for one in credential_kinds()[credential.kind].fields}
    return [
        (names.get(name, name), str(before.get(name) or "—"), str(after.get(name) or "—"))
        for name in after
        if before.get(name) != after.get(name)
    ]


def label_of(field: Any) -> str:
    """Return a credential field's name in the reader's language."""
    return str(field.en if is_english() else field.zh)


def _word(name: str, value: Any) -> str:
    if value is None or value == "":
        return "—"
    return str(Credential.State(value).label) if name == "state" else str(value)


def fields_of(credential: Credential, *, public: bool = False) -> list[tuple[str, str]]:
    """Return what a credential says by its own fields; ``public`` keeps what everybody may see."""
    kind = credential_kinds()[credential.kind]
    return [
        (label_of(one), str(credential.data.get(one.name) or "—")) for one in kind.fields if one.public or not public
    ]


def public_facts(credential: Credential) -> list[tuple[str, str]]:
    """Return what everybody may see: public attributes of the holder, and public fields; nothing personal."""
    kind, holder = credential_kinds()[credential.kind], kinds()[credential.source.kind]
    found: list[tuple[str, str]] = []
    for name in kind.public_attributes:
        attribute = holder.attribute(name)
        if name == "name":
            found.append((_("持有单位"), credential.source.name))
        elif attribute is not None and attribute.sensitivity != "personal":
            found.append((label(attribute), shown(attribute, credential.source.attributes.get(name))))
    return [*found, *fields_of(credential, public=True)]


def validity(credential: Credential) -> str:
    """Return the period in words."""
    if credential.valid_from is None:
        return "—"
    if credential.valid_to is None:
        return _("自 {first} 起长期").format(first=credential.valid_from)
    return _("{first} 至 {last}").format(first=credential.valid_from, last=credential.valid_to)


def check_path(credential: Credential) -> str:
    """Return the path of the public check page that the QR code leads to."""
    return reverse("ledger:check", args=[credential.token])


@dataclass(frozen=True)
class PermitYear:
    """A permit's totals of a year, and the years that may be asked: this one, which is not over, and the last."""

    year: int
    years: Sequence[int]
    totals: Sequence[Total]
    running: bool


def permit_year(credential: Credential, asked: str, on: date, now: datetime) -> PermitYear | None:
    """Return a permit's totals with what was measured; None for other credentials."""
    if credential.kind != permits.PERMIT:
        return None
    years = (on.year, on.year - 1)
    year = next((one for one in years if str(one) == asked), on.year)
    measured = permits.measured_of([credential], year, now).get(credential.source_id)
    return PermitYear(year, years, permits.totals(credential, year, measured), year == on.year)


def paper_facts(credential: Credential, address: str, qr: str) -> dict[str, Any]:
    """Return what a certificate or a label prints."""
    issuer = credential.issuer.name if credential.issuer else "—"
    return {
        "title": label(credential_kinds()[credential.kind]),
        "number": credential.number,
        "lines": [
            *public_facts(credential),
            (_("有效期"), validity(credential)),
            (_("核发机关"), issuer),
        ],
        "qr": qr,
        "address": address,
        "foot": _("扫码核验真伪与当前状态"),
    }
