"""The fields of an entry's form (台账表单), made from the kind's record, with the texts that they open with."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Q
from django.utils.translation import gettext as _

from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.ledger.kinds import label
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.pages.look import hidden, is_english, own_label
from lantian.apps.ledger.values import Stored
from lantian.kernel.errors import Text
from lantian.policy.records_ledger import Attribute, Kind

ATTRIBUTE = "a."
"""How an attribute's field begins in the form."""
WIDGETS: Mapping[str, str] = {
    "long_text": "area",
    "number": "number",
    "integer": "number",
    "choice": "select",
    "choices": "boxes",
    "flag": "select",
    "date": "date",
    "month": "month",
    "phone": "tel",
    "source": "source",
    "organisation": "organisation",
}


@dataclass(frozen=True)
class Option:
    """One choice."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """A field as the form draws it. placeholder: a masked value that stays unless something is typed."""

    name: str
    label: str
    widget: str = "text"
    value: str = ""
    values: Sequence[str] = ()
    options: Sequence[Option] = ()
    unit: str = ""
    help: str = ""
    required: bool = False
    locked: bool = False
    placeholder: str = ""
    problem: Text | None = None
    origin: str = ""
    fills: bool = False
    of: str = ""
    step: str = ""


def shown_of(kind: Kind, source: Source | None) -> dict[str, list[str]]:
    """Return the texts that the form opens with: of an entry, or of nothing."""
    if source is None:
        return {}
    own = {
        "name": source.name,
        "code": source.code,
        "address": source.address,
        "area": source.area_id or "",
        "owner": source.owner.name if source.owner else "",
        "trade": source.trade_id or "",
        "grid_owner": str(source.grid_owner_id or ""),
        "parent": source.parent.code if source.parent else "",
        "longitude": _number_text(source.longitude),
        "latitude": _number_text(source.latitude),
        "geometry": json.dumps(source.geometry) if source.geometry else "",
    }
    found = {name: [value] for name, value in own.items()}
    for one in kind.attributes:
        found[ATTRIBUTE + one.name] = _texts(one, source.attributes.get(one.name))
    return found


def _number_text(value: float | None) -> str:
    return "" if value is None else f"{value:.7f}".rstrip("0").rstrip(".")


def _texts(attribute: Attribute, value: Stored) -> list[str]:
    """A stored value as its widget holds it; personal values do not leave the server."""
    if value is None or attribute.sensitivity == "personal":
        return []
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if isinstance(value, list):
        return value
    return [_number_text(value) if isinstance(value, float) else str(value)]


@dataclass(frozen=True)
class Drawing:
    """What fields are drawn from: kind, texts by name, what may be changed, problems, and where fillings are from."""

    kind: Kind
    texts: Mapping[str, Sequence[str]]
    editable: frozenset[str]
    source: Source | None = None
    problems: Mapping[str, Text] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)


def own_fields(drawing: Drawing) -> list[Field]:
    """Return the fields that every entry has."""
    streets = Area.objects.filter(kind__in=("street", "community")).order_by("order", "code").defer("geometry")
    areas = [Option("", _("按位置自动确定")), *(Option(one.pk, one.name) for one in streets)]
    keepers = (drawing.kind.trade, *drawing.kind.keepers)
    bureaus = Organisation.objects.filter(Q(kind="bureau") | Q(pk__in=keepers)).order_by("code")
    usual = next((one.name for one in bureaus if one.pk == drawing.kind.trade), "—")
    trades = [Option("", _("按台账：{name}").format(name=usual)), *(Option(one.pk, one.name) for one in bureaus)]
    find = _("输入名称、代码或统一社会信用代码查找")
    made = [
        Field("name", own_label("name"), required=True),
        Field("code", own_label("code"), help=_("留空则自动编号")),
        Field("address", own_label("address")),
        Field("area", own_label("area"), "select", options=areas),
        Field("owner", own_label("owner"), "organisation", help=find),
        Field("trade", own_label("trade"), "select", options=trades),
        Field("parent", own_label("parent"), "source", help=_("输入编码查找，如所属企业")),
    ]
    return [_filled(one, drawing, one.name) for one in made]


def attribute_fields(drawing: Drawing) -> list[Field]:
    """Return the fields of the kind's attributes in the pack's order."""
    return [_filled(_of_attribute(one, drawing), drawing, one.name) for one in drawing.kind.attributes]


def _of_attribute(attribute: Attribute, drawing: Drawing) -> Field:
    options = [Option(one.id, label(one)) for one in attribute.choices]
    if attribute.type == "flag":
        options = [Option("yes", _("是")), Option("no", _("否"))]
    if attribute.type in ("choice", "flag"):
        options = [Option("", _("请选择")), *options]
    kept = drawing.source.attributes.get(attribute.name) if drawing.source else None
    personal = attribute.sensitivity == "personal" and kept is not None
    example = _("如 {example}").format(example=attribute.example) if attribute.example else ""
    said = attribute.help_en if is_english() else attribute.help_zh
    stays = _("已有值，不填则不变") if personal else ""
    return Field(
        ATTRIBUTE + attribute.name,
        label(attribute),
        WIDGETS.get(attribute.type, "text"),
        options=options,
        unit=attribute.unit or "",
        help=" · ".join(part for part in (said, example, stays) if part),
        required=attribute.required,
        placeholder=hidden(attribute, kept) if personal else "",
        fills=attribute.type == "credit_code",
        of=attribute.of or "",
        step="1" if attribute.type == "integer" else "any",
    )


def _filled(made: Field, drawing: Drawing, name: str) -> Field:
    texts = list(drawing.texts.get(made.name, []))
    return replace(
        made,
        value=texts[0] if texts else "",
        values=texts,
        locked=name not in drawing.editable,
        problem=drawing.problems.get(name),
        origin=drawing.origins.get(made.name, ""),
    )
