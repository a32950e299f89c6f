"""Areas and organisations come from the policy pack; official boundaries replace the schematic ones."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction

from lantian.apps.accounts.models import Area, AreaKind, Organisation
from lantian.apps.audit.services import record
from lantian.kernel.errors import Text
from lantian.policy import records_plan
from lantian.policy.areas import AreaError, AreaShape, Datum, district_division, geometry_json, read_official
from lantian.policy.pack import Pack

Row = TypeVar("Row", bound=models.Model)
KINDS = {
    "city": AreaKind.CITY,
    "district": AreaKind.DISTRICT,
    "street": AreaKind.STREET,
    "township": AreaKind.STREET,
}


@transaction.atomic
def sync_pack(pack: Pack, *, at: datetime) -> int:
    """Store the pack's areas and organisations; returns how many rows changed. Official boundaries stay."""
    areas = _parents_first(pack.all(records_plan.Area))
    shapes = _schematic(pack)
    stored = {area.pk: area for area in Area.objects.all()}
    changed = sum([_store_area(area, order, shapes.get(area.id), stored) for order, area in enumerate(areas)])
    organisations = {one.pk: one for one in Organisation.objects.all()}
    for one in _parents_first(pack.all(records_plan.Organisation)):
        changed += _store_organisation(one, organisations, stored)
    if changed:
        record("pack.synced", subject=None, actor=None, at=at, detail={"pack": pack.id, "changed": changed})
    return changed


def _parents_first(records: Iterable[Any]) -> list[Any]:
    """Order records so that each comes after its parent; a parent outside the pack's records is left out."""
    waiting = {one.id: one for one in records}
    ordered: list[Any] = []
    while waiting:
        ready = [one for one in waiting.values() if one.parent not in waiting]
        ordered += ready
        for one in ready:
            del waiting[one.id]
    return ordered


def _schematic(pack: Pack) -> dict[str, AreaShape]:
    shapes: dict[str, AreaShape] = {}
    for district in sorted({outline.area for outline in pack.all(records_plan.Outline)}):
        shapes |= district_division(pack, district)
    return shapes


def _store_area(area: records_plan.Area, order: int, shape: AreaShape | None, stored: dict[str, Area]) -> bool:
    found = stored.setdefault(area.id, Area(pk=area.id))
    values: dict[str, Any] = {
        "name_zh": area.zh,
        "name_en": area.en,
        "short_zh": area.short,
        "parent_id": area.parent if area.parent in stored else None,
        "kind": KINDS[area.kind],
        "order": order,
        "longitude": area.reference_point[0],
        "latitude": area.reference_point[1],
    }
    if shape and found.schematic:
        values |= {"geometry": geometry_json(shape.geometry), "schematic": True}
    return _save_if_changed(found, values)


def _store_organisation(
    one: records_plan.Organisation, stored: dict[str, Organisation], areas: Mapping[str, Area]
) -> bool:
    found = stored.setdefault(one.id, Organisation(pk=one.id))
    parent, area = one.parent if one.parent in stored else None, one.area if one.area in areas else None
    values = {
        "name_zh": one.zh,
        "name_en": one.en,
        "official_zh": one.official_zh,
        "official_en": one.official_en,
        "kind": one.kind,
        "parent_id": parent,
        "area_id": area,
    }
    return _save_if_changed(found, values)


def _save_if_changed(stored: models.Model, values: dict[str, Any]) -> bool:
    """Store what differs. Called for every parent before its children."""
    if getattr(stored, "kept_here", False):  # changed by the system administrator: the pack no longer speaks for it
        return False
    new = stored._state.adding
    if not new and all(getattr(stored, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(stored, name, value)
    stored.save(force_insert=new)
    return True


@transaction.atomic
def import_boundaries(pack: Pack, geojson: bytes, datum: Datum, *, at: datetime, by: Any = None) -> list[Area]:
    """Replace schematic boundaries by official ones; raises AreaError naming every feature that does not fit."""
    shapes = read_official(geojson, pack.all(records_plan.Area), datum)
    stored = {area.code: area for area in Area.objects.filter(pk__in=shapes)}
    absent = sorted(shapes.keys() - stored.keys())
    if absent:
        names = ", ".join(absent)
        raise AreaError(
            Text(
                f"数据库中尚无区域 {names}，请先启动一次。", f"areas {names} are not stored; start Lantian once first."
            )
        )
    for code, area in stored.items():
        area.geometry = geometry_json(shapes[code].geometry)
        area.schematic = False
    Area.objects.bulk_update(stored.values(), ["geometry", "schematic"])
    record("areas.imported", subject=None, actor=by, at=at, detail={"areas": sorted(stored), "datum": datum})
    return list(stored.values())
