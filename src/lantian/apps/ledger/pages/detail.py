"""One entry with everything that hangs on it (一企一档), and the short card beside the list."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, radians
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from lantian.apps.ledger.hooks import Linked, links_of
from lantian.apps.ledger.kinds import credential_kinds, kinds, label
from lantian.apps.ledger.models import Credential, Source, SourceChange
from lantian.apps.ledger.pages.look import Names, address, field_label, key_of, mask_of, shown, state_name
from lantian.apps.ledger.pages.standing import Owed, standing, worst
from lantian.apps.ledger.services.credentials import standing as credential_standing
from lantian.policy.records_ledger import Attribute, Kind, Move

PREVIEW_FACTS = 8
METRES_OF_A_DEGREE = 111_320.0
"""Of latitude; of longitude it is this times the cosine of the latitude."""
MOST_TWINS = 5
MOST_PARTS = 60
CHANGES: Mapping[str, Promise] = {
    "created": gettext_lazy("新增登记"),
    "changed": gettext_lazy("已修改"),
    "moved": gettext_lazy("状态变更"),
    "imported": gettext_lazy("导入"),
    "merged": gettext_lazy("合并"),
    "attached": gettext_lazy("附件"),
}
STANDINGS: Mapping[str, Promise] = {
    "applied": gettext_lazy("申请中"),
    "valid": gettext_lazy("有效"),
    "expired": gettext_lazy("已过期"),
    "not-yet": gettext_lazy("未生效"),
    "suspended": gettext_lazy("暂停"),
    "revoked": gettext_lazy("吊销"),
    "surrendered": gettext_lazy("注销"),
    "refused": gettext_lazy("不予核发"),
}


@dataclass(frozen=True)
class FactLine:
    """A fact of an entry."""

    attribute: Attribute
    label: str
    value: str
    raw: Any

    @property
    def empty(self) -> bool:
        """Whether nothing is filled in."""
        return self.raw is None

    @property
    def mask(self) -> str:
        """How a personal value is masked."""
        return mask_of(self.attribute)


@dataclass(frozen=True)
class Difference:
    """One field of a change: what it was and what it became."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One change with its fields in words."""

    change: SourceChange
    differences: Sequence[Difference]

    @property
    def words(self) -> str:
        """What kind of change it is."""
        return str(CHANGES.get(self.change.kind, self.change.kind))


@dataclass(frozen=True)
class Held:
    """A credential with how it stands today and its lamp."""

    credential: Credential
    kind: str
    standing: str
    lamp: str

    @property
    def words(self) -> str:
        """How it stands, in words."""
        return str(STANDINGS.get(self.standing, self.standing))


@dataclass(frozen=True)
class Preview:
    """The card of one entry."""

    source: Source
    kind: Kind
    url: str
    state: str
    facts: Sequence[FactLine]
    owed: Sequence[Owed]
    lamp: Owed | None
    changes: Sequence[Change]

    @property
    def place(self) -> str:
        """Its geometry or point as GeoJSON text, empty when it has no place."""
        return place_text(self.source)


def place_text(source: Source) -> str:
    """Return an entry's geometry, else its point, as GeoJSON text; empty when it has no place."""
    if source.geometry:
        return json.dumps(source.geometry)
    if source.longitude is None:
        return ""
    return json.dumps({"type": "Point", "coordinates": [source.longitude, source.latitude]})


def preview(person: Any, kind: Kind, key: str, on: date) -> Preview | None:
    """Return the card of an entry that a person may see; None when there is none."""
    visible = Source.objects.visible_to(person).of_kind(kind.id).select_related("area", "owner", "trade", "grid_owner")
    found = visible.filter(pk=int(key[1:])) if key[:1] == "~" and key[1:].isdecimal() else visible.filter(code=key)
    source = found.first()
    return card(kind, source, on) if source else None


def card(kind: Kind, source: Source, on: date, known: Mapping[int, list[Owed]] | None = None) -> Preview:
    """Return the card of an entry. known: what entries owe, as far as it was read already."""
    owed = known[source.pk] if known and source.pk in known else standing(kind, [source], on)[source.pk]
    listed = [one for one in facts(kind, source) if not one.empty][:PREVIEW_FACTS]
    return Preview(
        source,
        kind,
        address(source),
        state_name(kind, source.state),
        listed,
        owed,
        worst(owed),
        history(kind, source, 3),
    )


def facts(kind: Kind, source: Source) -> list[FactLine]:
    """Return every attribute of an entry in the kind's order."""
    return [
        FactLine(one, label(one), shown(one, source.attributes.get(one.name)), source.attributes.get(one.name))
        for one in kind.attributes
    ]


def history(kind: Kind, source: Source, most: int) -> list[Change]:
    """Return the newest changes of an entry with their fields in words."""
    changes = list(source.changes.select_related("by")[:most])
    return told(kind, changes)


def told(kind: Kind, changes: Sequence[SourceChange]) -> list[Change]:
    """Return changes in words; the names that they mention are read at once."""
    names = Names.of([change.fields for change in changes])
    return [
        Change(
            change,
            [
                Difference(field_label(kind, name), names.said(kind, name, before), names.said(kind, name, after))
                for name, (before, after) in change.fields.items()
            ],
        )
        for change in changes
    ]


def moves_of(kind: Kind, source: Source) -> list[Move]:
    """Return the changes of state that are open to an entry."""
    return [move for move in kind.moves if move.start == source.state]


_LAMPS: Mapping[str, str] = {"valid": "g", "expired": "r", "suspended": "p", "revoked": "r", "applied": "o"}


def credentials(source: Source, on: date) -> list[Held]:
    """Return what an entry holds, the newest first."""
    known = credential_kinds()
    held = []
    for one in source.credentials.order_by("-pk"):
        stands = credential_standing(one, on)
        named = known.get(one.kind)
        held.append(Held(one, label(named) if named else one.kind, stands, _LAMPS.get(stands, "o")))
    return held


@dataclass(frozen=True)
class Parts:
    """Entries of one ledger that belong to an entry, or to the same owner."""

    kind: Kind
    sources: Sequence[Source]
    more: str


def parts(person: Any, source: Source) -> list[Parts]:
    """Return what belongs to an entry: its own parts, and what its owner holds in other ledgers."""
    belongs = Q(parent=source)
    if source.owner_id:
        belongs |= Q(owner_id=source.owner_id)
    found = Source.objects.visible_to(person).current().filter(belongs).exclude(pk=source.pk)
    grouped: dict[str, list[Source]] = {}
    for one in found.order_by("kind", "code")[:MOST_PARTS]:
        grouped.setdefault(one.kind, []).append(one)
    return [
        Parts(kind, grouped[name], f"{reverse('ledger:list', args=[name])}?owner={source.owner_id or ''}")
        for name, kind in kinds().items()
        if name in grouped
    ]


@dataclass(frozen=True)
class Twin:
    """An entry that may be the same thing, and how an address names it."""

    source: Source
    key: str


def twins(person: Any, kind: Kind, source: Source) -> list[Twin]:
    """Return entries of the same ledger that may be the same thing: by name, credit code or plate, or nearness."""
    same = Q(name=source.name)
    for one in kind.attributes:
        value = source.attributes.get(one.name)
        if one.type in ("credit_code", "plate", "vin") and value and one.name in (kind.key, "credit_code"):
            same |= Q(**{f"attributes__{one.name}": value})
    if source.longitude is not None and source.latitude is not None and kind.geometry != "none":
        north = kind.near_m / METRES_OF_A_DEGREE
        east = north / max(0.01, cos(radians(source.latitude)))
        same |= Q(
            longitude__range=(source.longitude - east, source.longitude + east),
            latitude__range=(source.latitude - north, source.latitude + north),
        )
    others = Source.objects.visible_to(person).of_kind(kind.id).current().exclude(pk=source.pk)
    found = others.filter(same).select_related("area").order_by("code")[:MOST_TWINS]
    return [Twin(one, key_of(one)) for one in found]


@dataclass(frozen=True)
class Detail:
    """Everything on an entry's page."""

    facts: Sequence[FactLine]
    owed: Sequence[Owed]
    lamp: Owed | None
    moves: Sequence[Move]
    credentials: Sequence[Held]
    parts: Sequence[Parts]
    linked: Sequence[Linked]
    twins: Sequence[Twin]
    history: Sequence[Change]
    state: str


def detail(person: Any, kind: Kind, source: Source, on: date) -> Detail:
    """Return everything that an entry's page shows to a person."""
    owed = standing(kind, [source], on)[source.pk]
    return Detail(
        facts(kind, source),
        owed,
        worst(owed),
        moves_of(kind, source),
        credentials(source, on),
        parts(person, source),
        links_of(person, source),
        twins(person, kind, source) if source.merged_into_id is None else [],
        history(kind, source, 100),
        state_name(kind, source.state),
    )
