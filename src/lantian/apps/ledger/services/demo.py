"""Demonstration ledgers (演示台账): a whole district's entries and credentials, from a seed, marked synthetic.

They are made once, in empty ledgers. What the simulators' devices measure is among them: an :class:`Anchor` says where
such an entry lies and what it is called, and the caller ties the devices to it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from secrets import token_urlsafe
from typing import Any

import numpy as np
from django.db import transaction
from shapely import contains_xy
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from lantian.apps.accounts.models import Area, AreaKind, Organisation
from lantian.apps.audit.services import record
from lantian.apps.ledger.kinds import credential_kinds, kinds
from lantian.apps.ledger.models import Credential, CredentialEvent, Source, SourceChange
from lantian.apps.ledger.services.credentials import prefix_of, suffix_length
from lantian.apps.ledger.services.demo_facts import Facts, attributes
from lantian.apps.ledger.services.sources import search_text
from lantian.kernel.calendar import add_months
from lantian.kernel.instants import BEIJING
from lantian.policy.records_ledger import CredentialKind, Kind

SEED = 20181221

COUNTS: Mapping[str, int] = {
    "construction-site": 620, "mixing-plant": 14, "sand-yard": 8, "disposal-site": 3, "bare-land": 420,
    "road-section": 780, "enterprise": 640, "process": 900, "outlet": 700, "material": 500, "scattered": 260,
    "cluster": 24, "boiler": 320, "restaurant": 3000, "barbecue": 60, "repair-shop": 330, "paint-seller": 120,
    "fuel-station": 110, "inspection-station": 12, "logistics-park": 9, "park": 12, "charging-site": 420,
    "vehicle": 20_000, "machine": 8_000, "heating-unit": 600, "instrument": 60, "staff-certificate": 80,
    "publicity-event": 420, "cleaning-work": 1500,
}  # fmt: skip
"""Entries of a whole district by kind; kinds that the pack adds get :data:`OTHERS`."""

OTHERS = 40
_FIRST_KINDS = ("construction-site", "enterprise")
"""Made first, for others refer to them."""

_CAPACITY = frozenset({"instrument", "staff-certificate"})
_BUREAUS = ("environment", "environment", "environment", "urban-enforcement", "transport", "traffic-police", "housing")
"""Who holds what measures, and who is certified to; the environment bureau most."""

_AT_ONCE = 500
_STATES: Mapping[str, Mapping[str, float]] = {
    "construction-site": {"planned": 8, "working": 78, "paused": 6, "finished": 8},
    "machine": {"filed": 6, "working": 88, "refused": 2, "scrapped": 4},
    "vehicle": {"working": 90, "stopped": 3, "scrapped": 6, "transferred": 1},
    "scattered": {"found": 3, "acting": 8, "done": 87, "rebound": 2},
    "barbecue": {"active": 15, "cleared": 85},
    "charging-site": {"working": 88, "building": 9, "closed": 3},
    "boiler": {"working": 84, "standby": 6, "removed": 10},
    "publicity-event": {"planned": 14, "held": 82, "cancelled": 4},
    "cleaning-work": {"recorded": 99, "void": 1},
}
_HOLDERS: Mapping[str, tuple[float, Callable[[Source], bool]]] = {
    "machine-label": (0.86, lambda one: one.state == "working"),
    "carriage-permit": (0.9, lambda one: one.attributes.get("category") == "muck"),
    "carrier-licence": (0.02, lambda one: True),
    "disposal-permit": (0.85, lambda one: one.attributes.get("stage") in ("demolition", "earthwork", "foundation")),
    "safety-notice": (0.92, lambda one: one.state != "planned"),
    "discharge-permit": (0.9, lambda one: one.attributes.get("permit_managed") in ("key", "simple")),
    "station-points": (1.0, lambda one: True),
    "restaurant-rating": (0.82, lambda one: one.state == "working"),
}
"""Of those that should hold a credential, the share that does: some are missing, for duty lists to find."""


@dataclass(frozen=True)
class Anchor:
    """An entry that something made up elsewhere belongs to; ``key`` names it to the caller."""

    key: str
    kind: str
    name: str
    longitude: float | None
    latitude: float | None
    area: str | None
    owner: str | None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Filled:
    """What was made: entries by kind, credentials, and the entry of each anchor."""

    entries: Mapping[str, int]
    credentials: int
    anchored: Mapping[str, int]


@transaction.atomic
def fill_ledgers(
    *, at: datetime, share: float = 1.0, anchors: Sequence[Anchor] = (), seed: int = SEED
) -> Filled | None:
    """Fill empty ledgers with a share of a whole district; None where there are entries already.

    Codes, names, places and facts follow from the seed; tokens of credentials do not, for they must not be guessed.
    """
    if Source.objects.exists():
        return None
    maker = _Maker(at, seed)
    counts: Counter[str] = Counter()
    for kind in sorted(kinds().values(), key=lambda one: one.id not in _FIRST_KINDS):
        own = [anchor for anchor in anchors if anchor.kind == kind.id]
        wanted = max(1, round(COUNTS.get(kind.id, OTHERS) * share), len(own))
        counts[kind.id] = maker.fill(kind, wanted, own)
    made = maker.credentials()
    detail = {"entries": sum(counts.values()), "credentials": made, "seed": seed}
    record("ledger.demo-filled", subject=None, actor=None, at=at, detail=detail)
    return Filled(counts, made, maker.anchored)


def _referred(kind: Kind) -> set[str]:
    """Return the kinds that entries of a kind refer to."""
    return {str(one.of) for one in kind.attributes if one.type == "source"}


class _Maker:
    """Makes entries kind by kind and keeps what others refer to."""

    def __init__(self, at: datetime, seed: int) -> None:
        self.at, self.seed = at, seed
        self.on = at.astimezone(BEIJING).date()
        self.places = _Places()
        self.organisations = set(Organisation.objects.values_list("pk", flat=True))
        self.owners = sorted(name for name in self.organisations if name.startswith("demo-enterprise"))
        self.holders = {name for one in credential_kinds().values() for name in one.for_kinds}
        self.referred = {name for one in kinds().values() for name in _referred(one)}
        self.known: dict[str, list[Source]] = {}
        self.anchored: dict[str, int] = {}

    def fill(self, kind: Kind, wanted: int, anchors: Sequence[Anchor]) -> int:
        """Make the entries of one kind; the first ones are the anchors'."""
        facts = Facts(np.random.default_rng([self.seed, *kind.id.encode()]), self.on)
        entries = [
            self._entry(kind, facts, number, anchors[number - 1] if number <= len(anchors) else None)
            for number in range(1, wanted + 1)
        ]
        Source.objects.bulk_create(entries, batch_size=_AT_ONCE)
        SourceChange.objects.bulk_create(
            (
                SourceChange(
                    source=one, version=1, kind="created", at=one.created_at, fields={"name": [None, one.name]}
                )
                for one in entries
            ),
            batch_size=_AT_ONCE,
        )
        self.anchored |= {anchor.key: entry.pk for anchor, entry in zip(anchors, entries, strict=False)}
        if kind.id in self.holders or kind.id in self.referred:
            self.known[kind.id] = entries
        return len(entries)

    def _entry(self, kind: Kind, facts: Facts, number: int, anchor: Anchor | None) -> Source:
        wanted = {*_FIRST_KINDS, *_referred(kind)}
        references = {name: facts.pick(entries) for name, entries in self.known.items() if name in wanted}
        values = attributes(kind, facts, number, {name: one.code for name, one in references.items()})
        state = "working" if anchor and kind.state("working") else _state(kind, facts)
        _by_state(kind, state, values, facts)
        made = self.at - timedelta(days=int(facts.random.integers(0, 700)), minutes=int(facts.random.integers(0, 600)))
        source = Source(
            kind=kind.id,
            code=f"{kind.code_prefix}{number:06d}",
            name=anchor.name if anchor else self._name(kind, facts, number, values),
            state=state,
            trade_id=kind.trade if kind.trade in self.organisations else None,
            address=facts.address(),
            attributes={**values, **(anchor.attributes if anchor else {})},
            synthetic=True,
            created_at=made,
            changed_at=made,
        )
        self._belongs(source, kind, facts, references, anchor)
        self._placed(source, kind, facts, anchor)
        source.search = search_text(source, kind)
        return source

    def _name(self, kind: Kind, facts: Facts, number: int, values: Mapping[str, Any]) -> str:
        key = values.get("plate") if kind.id == "vehicle" else None
        return str(key or facts.name(kind, number))

    def _belongs(
        self, source: Source, kind: Kind, facts: Facts, references: Mapping[str, Source], anchor: Anchor | None
    ) -> None:
        parent = next((str(one.of) for one in kind.attributes if one.type == "source" and one.required), None)
        if parent is not None and parent in references:
            source.parent = references[parent]
        if anchor is not None and anchor.owner in self.organisations:
            source.owner_id = anchor.owner
        elif kind.id in _CAPACITY:
            source.owner_id = facts.pick([name for name in _BUREAUS if name in self.organisations] or [None])
        elif self.owners and facts.chance(0.04):
            source.owner_id = facts.pick(self.owners)

    def _placed(self, source: Source, kind: Kind, facts: Facts, anchor: Anchor | None) -> None:
        """Put an entry inside its street; what has no place of its own belongs to a street all the same."""
        if source.parent is not None:
            source.area_id, source.longitude, source.latitude = (
                source.parent.area_id,
                source.parent.longitude if kind.geometry != "none" else None,
                source.parent.latitude if kind.geometry != "none" else None,
            )
            return
        source.area_id, longitude, latitude = self.places.draw(facts.random)
        if anchor is not None:
            source.area_id = anchor.area or source.area_id
            longitude = longitude if anchor.longitude is None else anchor.longitude
            latitude = latitude if anchor.latitude is None else anchor.latitude
        if kind.geometry == "none":
            return
        source.longitude, source.latitude = longitude, latitude
        source.geometry = _geometry(kind, source, facts)

    # -- credentials --------------------------------------------------------------------------------------------------

    def credentials(self) -> int:
        """Give most of those that should hold a credential one; returns how many."""
        made = [one for kind in credential_kinds().values() for one in self._of_kind(kind)]
        Credential.objects.bulk_create(made, batch_size=_AT_ONCE)
        CredentialEvent.objects.bulk_create(
            (
                CredentialEvent(credential=one, at=one.created_at, kind="issued", fields={"number": ["", one.number]})
                for one in made
            ),
            batch_size=_AT_ONCE,
        )
        return len(made)

    def _of_kind(self, kind: CredentialKind) -> Iterator[Credential]:
        facts = Facts(np.random.default_rng([self.seed, *kind.id.encode(), 1]), self.on)
        share, should = _HOLDERS.get(kind.id, (0.5, lambda one: True))
        serials: Counter[str] = Counter()
        for source in (one for name in kind.for_kinds for one in self.known.get(name, ())):
            if should(source) and facts.chance(share):
                yield self._credential(kind, source, facts, serials)

    def _credential(self, kind: CredentialKind, source: Source, facts: Facts, serials: Counter[str]) -> Credential:
        lasts = kind.months or 36
        first = date.fromisoformat(facts.day(round(lasts * 31.5)))
        prefix = prefix_of(kind, source, first)
        serials[prefix] += 1
        drawn = facts.random.random()
        state = "suspended" if drawn < 0.02 else "revoked" if drawn < 0.03 else "valid"
        return Credential(
            kind=kind.id,
            number=f"{prefix}{serials[prefix]:0{suffix_length(kind)}d}",
            token=token_urlsafe(16),
            source=source,
            issuer_id=kind.issuer if kind.issuer in self.organisations else None,
            state=state,
            issued_on=first,
            valid_from=first,
            valid_to=add_months(first, kind.months) - timedelta(days=1) if kind.months else None,
            data={one.name: _credential_field(one.name, facts) for one in kind.fields},
            points=None if kind.points is None else kind.points - int(facts.random.integers(0, 7)),
            created_at=self.at,
        )


def _credential_field(name: str, facts: Facts) -> str:
    made: Mapping[str, Callable[[], str]] = {
        "grade": lambda: str(facts.pick(("A", "B", "B", "C"))),
        "disposal_site": lambda: f"{facts.first()}渣土消纳场",
        "carrier": lambda: f"北京{facts.first()}运输有限公司",
        "reports": lambda: "每年",
    }
    if name in made:
        return made[name]()
    return f"{round(float(facts.random.uniform(0.1, 40)), 2)}" if name.endswith(("_t", "_m3")) else facts.first()


def _state(kind: Kind, facts: Facts) -> str:
    """Return a state: by the kind's weights, else mostly the working ones."""
    weights = _STATES.get(kind.id, {})
    allowed = {state.id: weights.get(state.id, 0.0) for state in kind.states}
    if not any(allowed.values()):
        allowed = {state.id: 20.0 if state.working else 1.5 for state in kind.states}
        allowed[kind.states[0].id] *= 4
    return facts.weighted(allowed)


def _by_state(kind: Kind, state: str, values: dict[str, Any], facts: Facts) -> None:
    """Make facts and state fit each other."""
    if kind.id == "vehicle" and state == "scrapped":
        values["scrapped_on"] = facts.day(900)
        if facts.chance(0.6):
            values["incentive_yuan"] = round(float(facts.random.uniform(8000, 40_000)), 0)
    if kind.id == "enterprise" and state == "closed":
        values["exit_listed"] = values.get("exit_listed") or 2019
        values["exit_verified_on"] = facts.day(900)
    if kind.id == "publicity-event":
        _activity(state, values, facts)


def _activity(state: str, values: dict[str, Any], facts: Facts) -> None:
    """Put what was held or cancelled into the past, most of what is planned into the next weeks."""
    ahead = state == "planned" and facts.chance(0.9)
    values["held_on"] = facts.day(0, -50) if ahead else facts.day(420, 1)
    if state != "held":
        for name in ("people", "volunteers", "report"):
            values.pop(name, None)


def _geometry(kind: Kind, source: Source, facts: Facts) -> dict[str, Any] | None:
    """Return a small four-sided ground around the position, or a straight piece of road through it."""
    assert source.longitude is not None
    assert source.latitude is not None
    east, north = source.longitude, source.latitude
    if kind.geometry == "line":
        half = 500 * float(source.attributes.get("length_km") or 0.5)
        turn = facts.random.random() * np.pi
        dx, dy = half * np.cos(turn) / _EAST_M, half * np.sin(turn) / _NORTH_M
        ends = [[round(float(east + sign * dx), 6), round(float(north + sign * dy), 6)] for sign in (-1, 1)]
        return {"type": "LineString", "coordinates": ends}
    if kind.geometry != "polygon":
        return None
    half = 0.5 * float(source.attributes.get("area_m2") or 6000) ** 0.5
    stretch = facts.random.uniform(0.8, 1.25, size=4)
    corners = [
        [round(float(east + x * half * one / _EAST_M), 6), round(float(north + y * half * one / _NORTH_M), 6)]
        for (x, y), one in zip(((-1, -1), (1, -1), (1, 1), (-1, 1)), stretch, strict=True)
    ]
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


_EAST_M, _NORTH_M = 85_400.0, 111_000.0
"""Metres of a degree at 39.9 °N."""


class _Places:
    """Positions inside the streets and townships, larger ones more often."""

    def __init__(self) -> None:
        areas = list(Area.objects.of_kind(AreaKind.STREET).with_boundary())
        self.codes = [area.code for area in areas]
        self.shapes: list[BaseGeometry] = [shape(area.geometry or {}) for area in areas]
        weights = np.sqrt([one.area for one in self.shapes])
        self.weights = weights / weights.sum() if len(weights) else weights
        self.kept: dict[int, list[tuple[float, float]]] = {}

    def draw(self, random: np.random.Generator) -> tuple[str | None, float, float]:
        """Return a street's code and a position inside its boundary; without boundaries a place in Beijing."""
        if not self.codes:
            return None, 116.45, 39.92
        index = int(np.searchsorted(np.cumsum(self.weights), random.random(), side="right"))
        index = min(index, len(self.codes) - 1)
        while not self.kept.get(index):
            self.kept[index] = self._inside(index, random)
        east, north = self.kept[index].pop()
        return self.codes[index], east, north

    def _inside(self, index: int, random: np.random.Generator) -> list[tuple[float, float]]:
        west, south, east, north = self.shapes[index].bounds
        x = np.round(random.uniform(west, east, 64), 6)
        y = np.round(random.uniform(south, north, 64), 6)
        inside = contains_xy(self.shapes[index], x, y)
        return list(zip(x[inside].tolist(), y[inside].tolist(), strict=True))
