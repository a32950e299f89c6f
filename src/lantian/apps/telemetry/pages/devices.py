"""The list of devices (设备台账): filtered by kind, standing, owner and maintainer, sorted and paged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lantian.apps.accounts.models import Organisation, in_reading_language
from lantian.apps.telemetry.models import Device
from lantian.apps.telemetry.network import STANDING_WORDS, Signs, Standing, kind_name, kinds, standing
from lantian.apps.telemetry.pages.live_map import Reader, Value, main_values
from lantian.kernel.errors import Text

PAGE_ROWS = 50
FIELDS = (
    "pk", "kind", "family", "key", "name_zh", "name_en", "plate", "interval_s", "synthetic", "active", "owner_id",
    "maintainer_id", "point_id", "point__name_zh", "point__name_en", "link__last_frame_at", "link__first_frame_at",
)  # fmt: skip
LONG_AGO = timedelta(days=36_500)


@dataclass(frozen=True)
class DevicesQuery:
    """What the address asks; empty is everything."""

    text: str = ""
    kind: str = ""
    state: str = ""
    owner: str = ""
    maintainer: str = ""
    sort: str = ""
    page: int = 1


@dataclass(frozen=True)
class DeviceRow:
    """One line of the list."""

    pk: str
    name: str
    kind: str
    family: str
    key: str
    point: str
    point_name: str
    owner: str
    maintainer: str
    synthetic: bool
    active: bool
    state: Standing
    silence: timedelta | None
    value: Value | None
    interval_s: int
    first_seen: datetime | None

    @property
    def kind_text(self) -> Text:
        """The kind in words."""
        return kind_name(self.kind)

    @property
    def state_text(self) -> Text:
        """How it stands, in words; a suspended device says so."""
        return STANDING_WORDS[self.state] if self.active else Text("已停用", "Suspended")


@dataclass(frozen=True)
class Tally:
    """A saved view: standing, label, how many."""

    value: str
    label: Text
    count: int


@dataclass(frozen=True)
class DeviceList:
    """What the page shows."""

    query: DevicesQuery
    rows: Sequence[DeviceRow]
    found: int
    pages: int
    views: Sequence[Tally]
    kinds: Sequence[tuple[str, Text]]
    organisations: Mapping[str, str] = field(default_factory=dict)
    synthetic: bool = False

    @property
    def first(self) -> int:
        """Number of the first row shown."""
        return (self.query.page - 1) * PAGE_ROWS + 1

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.first + len(self.rows) - 1


SORTS: Mapping[str, Callable[[DeviceRow], Any]] = {
    "name": lambda row: row.name,
    "kind": lambda row: row.kind,
    "state": lambda row: list(Standing).index(row.state),
    "silence": lambda row: LONG_AGO if row.silence is None else row.silence,
    "owner": lambda row: row.owner,
    "maintainer": lambda row: row.maintainer,
}


def device_list(reader: Reader, query: DevicesQuery, now: datetime) -> DeviceList:
    """Return the list; three queries whatever its length."""
    names = {one.pk: one.name for one in Organisation.objects.all()}
    known = device_rows(reader, names, now)
    wide = [row for row in known if _fits(row, query)]
    narrow = [row for row in wide if not query.state or row.state == query.state]
    ordered = _sorted(narrow, query.sort)
    pages = max(1, -(-len(ordered) // PAGE_ROWS))
    at = (min(max(query.page, 1), pages) - 1) * PAGE_ROWS
    used = {one for row in known for one in (row.owner, row.maintainer) if one}
    return DeviceList(
        query=query,
        rows=ordered[at : at + PAGE_ROWS],
        found=len(ordered),
        pages=pages,
        views=_views(wide),
        kinds=[(kind.id, Text(kind.zh, kind.en)) for kind in kinds().values()],
        organisations={code: name for code, name in names.items() if name in used},
        synthetic=any(row.synthetic for row in known),
    )


def device_rows(reader: Reader, names: Mapping[str, str], now: datetime) -> list[DeviceRow]:
    """Return every device with its standing; names are those of organisations by code. Two queries."""
    values = main_values(reader)
    rows = Device.objects.visible_to(reader).order_by("kind", "pk").values_list(*FIELDS)
    found = [_row(dict(zip(FIELDS, row, strict=True)), names, values, now) for row in rows]
    order = {kind: at for at, kind in enumerate(kinds())}
    return sorted(found, key=lambda row: (order.get(row.kind, len(order)), row.pk))


def _row(facts: Mapping[str, Any], names: Mapping[str, str], values: Mapping[str, Value], now: datetime) -> DeviceRow:
    value, seen = values.get(facts["pk"]), facts["link__last_frame_at"]
    signs = Signs(seen, value.received_at if value else None, value.verdict if value else "", facts["interval_s"])
    return DeviceRow(
        pk=facts["pk"],
        name=facts["plate"] or in_reading_language(facts["name_zh"], facts["name_en"]),
        kind=facts["kind"],
        family=facts["family"],
        key=facts["key"],
        point=facts["point_id"] or "",
        point_name=in_reading_language(facts["point__name_zh"] or "", facts["point__name_en"] or ""),
        owner=names.get(facts["owner_id"], ""),
        maintainer=names.get(facts["maintainer_id"], ""),
        synthetic=facts["synthetic"],
        active=facts["active"],
        state=standing(facts["kind"], signs, now),
        silence=None if seen is None else now - seen,
        value=value,
        interval_s=facts["interval_s"],
        first_seen=facts["link__first_frame_at"],
    )


def _fits(row: DeviceRow, query: DevicesQuery) -> bool:
    text = query.text.lower()
    names = (row.pk, row.name.lower(), row.key.lower(), row.point_name.lower())
    wanted = ((query.kind, row.kind), (query.owner, row.owner), (query.maintainer, row.maintainer))
    return (not text or any(text in name for name in names)) and all(not ask or ask == has for ask, has in wanted)


def _sorted(rows: list[DeviceRow], sort: str) -> list[DeviceRow]:
    key = SORTS.get(sort.removeprefix("-"))
    return sorted(rows, key=key, reverse=sort.startswith("-")) if key else rows


def _views(rows: Sequence[DeviceRow]) -> list[Tally]:
    everything = Tally("", Text("全部", "All"), len(rows))
    return [everything] + [
        Tally(state.value, STANDING_WORDS[state], sum(row.state == state for row in rows)) for state in Standing
    ]
