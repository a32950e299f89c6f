"""What somebody typed into the form of an entry (台账表单): read, and what is wrong with it.

Only what somebody typed differently from what they were shown is written: an edit never takes back a change that
somebody else made to another field meanwhile.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from lantian.apps.accounts.models import Area, Organisation
from lantian.apps.ledger.forms.fields import ATTRIBUTE
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.places import DATUMS, Ground, Place, WrongPlace, read_geometry, read_position
from lantian.apps.ledger.services.geofiles import SUFFIXES, read_geofile
from lantian.apps.ledger.services.rights import grid_owner_of, may_place
from lantian.apps.ledger.services.sources import Values
from lantian.apps.ledger.values import Stored, read
from lantian.kernel.errors import LantianError, Text
from lantian.policy.records_ledger import Attribute, Kind


@dataclass(frozen=True)
class Typed:
    """What a form gave: values that can be stored, and what is wrong by field."""

    values: Values
    problems: Mapping[str, Text] = field(default_factory=dict)


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
