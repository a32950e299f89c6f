"""Points of the registry: from the pack, from files that name new ones, and away again when only synthetic."""

import csv
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.audit.services import record
from lantian.apps.telemetry.models import Device, Point, Snapshot
from lantian.gateway.simulators.truth import Records
from lantian.lake import Lake
from lantian.lake.imports import ImportFileError
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack
from lantian.policy.records_plan import AirPoint

UNKNOWN_KIND = "unknown"
"""The kind of a point that only a file names."""

before_removal: list[Callable[[Sequence[str], Sequence[str]], None]] = []
"""Hook: called in the transaction that removes synthetic points and devices (ids), so that higher apps let go first."""

_PLAIN = re.compile(r"[^a-z0-9]+")


@transaction.atomic
def sync_points(pack: Pack) -> int:
    """Bring the registry up to the pack's point records; returns how many there are. Other points stay as they are."""
    records = pack.all(AirPoint)
    for found in records:
        Point.objects.update_or_create(
            id=found.id,
            defaults={
                "name_zh": found.zh,
                "name_en": found.en,
                "aliases": list(found.aliases),
                "kind": found.kind,
                "area_code": found.area,
                "longitude": found.longitude,
                "latitude": found.latitude,
                "evaluated": found.evaluated,
                "valid_from": found.valid_from,
                "valid_to": found.valid_to,
                "confidence": found.confidence,
            },
        )
    return len(records)


class PointNames:
    """Turns the station names of files into points of the registry; a name nobody knows becomes a new point.

    given: names with the points that the user gave them.
    """

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.made: list[str] = []

    @transaction.atomic
    def __call__(self, names: Sequence[str]) -> Sequence[str]:
        """Return the ids of points by name, in order; makes those that are missing, without coordinates."""
        known = {name: point.id for point in Point.objects.all() for name in point.names()}
        return [self._point(name, known) for name in names]

    def _point(self, name: str, known: Mapping[str, str]) -> str:
        wanted = self.given.get(name, name)
        if wanted in known:
            return known[wanted]
        point, created = Point.objects.get_or_create(
            id=point_id(wanted),
            defaults={"name_zh": name, "name_en": name if name.isascii() else "", "aliases": [name],
                      "kind": UNKNOWN_KIND, "confidence": "B?"},
        )  # fmt: skip
        if created:
            self.made.append(point.id)
        return point.id


def point_id(name: str) -> str:
    """Return an id for a name: its letters and digits, or a digest of a name without any.

    >>> point_id("Site 7"), point_id("某站")
    ('site-7', 'point-91631b1796')
    """
    plain = _PLAIN.sub("-", name.lower()).strip("-")
    digest = hashlib.sha256(name.encode()).hexdigest()[:10]
    return plain[:60] if plain and name.isascii() else f"point-{digest}"


@transaction.atomic
def link_point(point: Point, source: int | None, *, by: Person | None, at: datetime) -> bool:
    """Say which entry of the ledgers is measured at a point, None for none; returns whether that is new."""
    stored = Point.objects.select_for_update().get(pk=point.pk)
    before = stored.source_id
    if before == source:
        return False
    stored.source_id = source
    stored.save(update_fields=["source"])
    record("point.linked", subject=stored, actor=by, at=at, detail={"source": [before, source]})
    return True


def read_point_map(path: Path) -> dict[str, str]:
    """Read a point map: CSV with the columns station and point (id or name of the registry), UTF-8 or GBK."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", "replace")
    rows = csv.DictReader(text.splitlines())
    found = [name.strip() for name in rows.fieldnames or ()]
    if not {"station", "point"} <= set(found):
        listed = ", ".join(found) or "—"
        raise ImportFileError(
            f"点位对照表 {path.name} 应有列 station 和 point，找到的列：{listed}。",
            f"The point map {path.name} needs the columns station and point; it has {listed}.",
        )
    rows.fieldnames = found
    pairs = {(row["station"] or "").strip(): (row["point"] or "").strip() for row in rows}
    return {station: point for station, point in pairs.items() if station and point}


def remove_synthetic(lake: Lake, *, at: datetime) -> int:
    """Erase all synthetic data, in the lake first and then in the registry; returns how many points had any.

    Safe to repeat: a kill between the two steps leaves points marked that have nothing any more. Made-up devices stop.
    """
    points = list(Point.objects.synthetic().values_list("id", flat=True))
    if points:
        Records(settings.DATA_DIR).close()
        lake.remove_points(points)
        _unmark_synthetic(points, at)
    return len(points)


@transaction.atomic
def _unmark_synthetic(points: Sequence[str], at: datetime) -> None:
    """Take away made-up devices and points with all that hangs on them; the pack's points lose their mark."""
    devices = Device.objects.filter(synthetic=True)
    made_up = Point.objects.synthetic().exclude(pk__in=[one.id for one in load_pack(settings.PACK).all(AirPoint)])
    for forget in before_removal:
        forget(points, list(devices.values_list("pk", flat=True)))
    Snapshot.objects.filter(camera__point__in=made_up).delete()
    devices.delete()
    made_up.delete()
    Point.objects.synthetic().update(synthetic=False)
    record("telemetry.synthetic-removed", subject=None, actor=None, at=at, detail={"points": len(points)})
