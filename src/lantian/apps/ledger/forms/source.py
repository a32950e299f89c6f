"""The form of an entry (台账表单), made from the kind's record: its fields, what was typed, what is wrong with it.

Only what somebody typed differently from what they were shown is written: an edit never takes back a change that
somebody else made to another field meanwhile.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.ledger.kinds import label
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.pages.look import hidden, is_english, own_label
from lantian.apps.ledger.places import DATUMS, Ground, Place, WrongPlace, read_geometry, read_position
from lantian.apps.ledger.services.geofiles import SUFFIXES, read_geofile
from lantian.apps.ledger.services.rights import grid_owner_of, may_place
from lantian.apps.ledger.services.sources import Values
from lantian.apps.ledger.values import Stored, read
from lantian.kernel.errors import LantianError, Text
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


@dataclass(frozen=True)
class Typed:
    """What a form gave: values that can be stored, and what is wrong by field."""

    values: Values
    problems: Mapping[str, Text] = field(default_factory=dict)


# What the form shows ----------------------------------------------------------------------------------------------


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


# What was typed -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """A form as somebody sent it: texts and files."""

    post: QueryDict
    by: Any
    files: "MultiValueDict[str, UploadedFile[Any]]" = field(default_factory=MultiValueDict)

    def text(self, name: str) -> str:
        """Return one field's text without blanks around it."""
        return str(self.post.get(name, "")).strip()


def read_sheet(kind: Kind, sheet: Sheet, editable: frozenset[str], source: Source | None) -> Typed:
    """Read what was typed into the fields that may be changed. ``source``: as it was when the form was opened."""
    problems: dict[str, Text] = {}
    own = _own(sheet, editable, source, problems)
    if "place" in editable and kind.geometry != "none":
        _place(kind, sheet, own, problems)
    if "area" in editable and not problems.get("place") and not may_place(sheet.by, own.get("area_id")):
        problems["area"] = Text("须选在您所管的街乡或社区。", "It has to be on the ground that you look after.")
    attributes = _attributes(kind, sheet, editable, source, problems)
    return Typed(Values(own, attributes), problems)


def _own(sheet: Sheet, editable: frozenset[str], source: Source | None, problems: dict[str, Text]) -> dict[str, Any]:
    """The fields that every entry has; references are found by code or by name."""
    readers: Mapping[str, tuple[str, Callable[[str], Any]]] = {
        "name": ("name", lambda text: text[:160]),
        "code": ("code", lambda text: text[:60]),
        "address": ("address", lambda text: text[:200]),
        "area": ("area_id", _area),
        "owner": ("owner_id", organisation_named),
        "trade": ("trade_id", organisation_named),
        "parent": ("parent_id", lambda text: _parent(text, sheet.by, source)),
    }
    found: dict[str, Any] = {}
    for name, (column, reader) in readers.items():
        if name not in editable or name not in sheet.post:
            continue
        try:
            found[column] = reader(sheet.text(name))
        except LantianError as error:
            problems[name] = error.text
    if not found.get("code", "-"):
        del found["code"]
    if not found.get("trade_id", "-"):
        del found["trade_id"]
    return found


class NotFound(LantianError):
    """Nothing, or more than one thing, goes by a name that was typed."""


def _area(code: str) -> str | None:
    if code and not Area.objects.filter(pk=code).exists():
        raise NotFound(Text(f"没有区域“{code}”。", f"There is no area {code!r}."))
    return code or None


def organisation_named(text: str) -> str | None:
    """Return the code of the organisation that a code, a credit code or a name means. Raises NotFound."""
    if not text:
        return None
    means = Q(pk=text) | Q(credit_code=text.upper()) | Q(name_zh=text) | Q(name_en=text)
    found = list(Organisation.objects.filter(means).values_list("pk", flat=True)[:3])
    if text in found:
        return text
    if len(found) != 1:
        raise NotFound(
            Text(
                f"没有单位“{text}”。"
                if not found
                else f"“{text}”指 {len(found)} 个单位，请填代码：{'、'.join(found)}。",
                f"There is no organisation {text!r}."
                if not found
                else f"{text!r} means {len(found)} organisations; give the code: {', '.join(found)}.",
            )
        )
    return found[0]


def _parent(text: str, person: Any, source: Source | None) -> int | None:
    """What an entry belongs to; one that it belongs to already stays, whoever may see it."""
    if source is not None and source.parent is not None and text == source.parent.code:
        return source.parent_id
    return source_named(text, person)


def source_named(text: str, person: Any) -> int | None:
    """Return the entry that a person may see and that a code or a name means. Raises NotFound."""
    if not text:
        return None
    visible = Source.objects.visible_to(person).current()
    found = list(visible.filter(Q(code=text) | Q(name=text)).values_list("pk", flat=True)[:2])
    if len(found) != 1:
        raise NotFound(
            Text(
                f"没有对象“{text}”。" if not found else f"“{text}”不止一个，请填编码。",
                f"There is no entry {text!r}." if not found else f"There is more than one {text!r}; give the code.",
            )
        )
    return found[0]


def _place(kind: Kind, sheet: Sheet, own: dict[str, Any], problems: dict[str, Text]) -> None:
    """The position or geometry that was drawn, typed or sent as a file; area and grid owner follow from it."""
    try:
        place = _read_place(kind, sheet)
    except LantianError as error:
        problems["place"] = error.text
        return
    if place is None:
        return
    own |= {"longitude": place.longitude, "latitude": place.latitude, "geometry": place.geometry}
    if place.area and not own.get("area_id"):
        own["area_id"] = place.area
    keeper = grid_owner_of(own.get("area_id"))
    if keeper is not None:
        own["grid_owner_id"] = keeper.pk


def _read_place(kind: Kind, sheet: Sheet) -> Place | None:
    datum = sheet.text("datum")
    datum = datum if datum in DATUMS else "wgs84"
    upload = sheet.files.get("geometry_file")
    if upload is not None:
        return read_geometry(from_file(upload, kind), kind.geometry, datum, Ground.load())
    drawn = sheet.text("geometry")
    if drawn:
        return read_geometry(_json(drawn), kind.geometry, datum, Ground.load())
    longitude, latitude = sheet.text("longitude"), sheet.text("latitude")
    if not longitude and not latitude:
        return None
    try:
        return read_position(float(longitude), float(latitude), datum, Ground.load())
    except ValueError as error:
        raise WrongPlace(
            Text("经度和纬度须都是以度为单位的数字。", "Longitude and latitude both have to be numbers in degrees.")
        ) from error


def _json(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise WrongPlace(Text("图形不是 GeoJSON。", "The geometry is no GeoJSON.")) from error
    if not isinstance(found, dict):
        raise WrongPlace(Text("图形不是 GeoJSON 对象。", "The geometry is no GeoJSON object."))
    return found


def from_file(upload: "UploadedFile[Any]", kind: Kind) -> Mapping[str, Any]:
    """Return the one geometry of a GeoJSON, KML or zipped Shapefile. Raises WrongPlace or FileProblem."""
    suffix = Path(upload.name or "").suffix.lower()
    if suffix not in SUFFIXES:
        allowed = " ".join(SUFFIXES)
        raise WrongPlace(Text(f"图形文件须是 {allowed}。", f"A file with a geometry has to be one of {allowed}."))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{suffix}"
        with path.open("wb") as file:
            file.writelines(upload.chunks())
        found = [row.geometry for row in read_geofile(path, kind).rows if row.geometry]
    if len(found) != 1:
        raise WrongPlace(
            Text(
                f"文件中有 {len(found)} 个图形，此处须恰有一个；多个请用导入。",
                f"The file has {len(found)} geometries; here it has to be one. Use the import for several.",
            )
        )
    return found[0]


def _attributes(
    kind: Kind, sheet: Sheet, editable: frozenset[str], source: Source | None, problems: dict[str, Text]
) -> dict[str, Stored]:
    found: dict[str, Stored] = {}
    for one in kind.attributes:
        if one.name not in editable or _stays(one, sheet, source):
            continue
        try:
            found[one.name] = None if _cleared(one, sheet) else _read(one, sheet)
        except LantianError as error:
            problems[one.name] = error.text
            continue
        if one.required and found[one.name] in (None, [], ""):
            problems[one.name] = Text(f"“{one.zh}”必填。", f"“{one.en}” is required.")
    return found


def _stays(attribute: Attribute, sheet: Sheet, source: Source | None) -> bool:
    """Whether a field was not asked, or is a personal one that was left empty and had a value."""
    name = ATTRIBUTE + attribute.name
    asked = name in sheet.post or f"{name}.asked" in sheet.post
    kept = source is not None and attribute.sensitivity == "personal" and bool(source.attributes.get(attribute.name))
    return (not asked and source is not None) or (kept and not sheet.text(name) and not sheet.text(f"{name}.clear"))


class BothSaid(LantianError):
    """A new value beside the tick that clears the old one."""

    def __init__(self) -> None:
        super().__init__(Text("填写新值与清除只能选一项。", "Either write a new value or clear it."))


def _cleared(attribute: Attribute, sheet: Sheet) -> bool:
    """Whether a personal value is to be cleared (清除); raises BothSaid where a new one is written beside it."""
    name = ATTRIBUTE + attribute.name
    if attribute.sensitivity != "personal" or not sheet.text(f"{name}.clear"):
        return False
    if sheet.text(name):
        raise BothSaid
    return True


def _read(attribute: Attribute, sheet: Sheet) -> Stored:
    name = ATTRIBUTE + attribute.name
    if attribute.type == "choices":
        return read(attribute, sheet.post.getlist(name))
    if attribute.type == "organisation":
        return organisation_named(sheet.text(name))
    value = read(attribute, sheet.text(name))
    visible = Source.objects.visible_to(sheet.by)
    if attribute.type == "source" and value and not visible.filter(kind=attribute.of, code=str(value)).exists():
        raise NotFound(Text(f"没有编码为“{value}”的对象。", f"There is no entry with the code {value!r}."))
    return value
