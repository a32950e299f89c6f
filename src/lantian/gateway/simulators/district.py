"""Who takes part (模拟区): the devices of a made-up district, named by the pack's streets; a pure function of the pack.

The same members are registered by ``telemetry/services/demo_devices.py`` and played by ``lantian simulate``, so neither
has to ask the other. A small district is the beginning of a large one: device 7 is the same in both.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lantian.gateway.simulators.faults import Target
from lantian.gateway.simulators.noise import one, seed_of
from lantian.kernel.errors import LantianError, Text
from lantian.lake.synthetic import Site
from lantian.policy.pack import Pack
from lantian.policy.records_plan import AirPoint, Area
from lantian.policy.records_telemetry import PointKind

SEED = 20181221
MICRO = "micro"

FULL: Mapping[str, int] = {
    "station": 12,
    "micro": 150,
    "dust": 400,
    "stack": 200,
    "voc": 50,
    "fume": 100,
    "heavy-diesel": 2000,
    "truck": 5000,
}
"""Devices of a whole district by kind."""
SMALL: Mapping[str, int] = {"dust": 24, "stack": 8, "voc": 4, "fume": 6, "heavy-diesel": 12, "truck": 20}
"""Devices of the demonstration beside the stations and micro-stations of its history."""

_VEHICLES = ("heavy-diesel", "truck")
_LETTERS = {"station": "A1", "micro": "A2", "dust": "D1", "stack": "E1", "voc": "E2", "fume": "F1"}
_WORDS = {
    "station": Text("模拟站", "simulated station"),
    "micro": Text("加密微站", "added micro-station"),
    "dust": Text("工地", "building site"),
    "stack": Text("锅炉排口", "boiler outlet"),
    "voc": Text("喷涂车间排口", "paint shop outlet"),
    "fume": Text("餐馆", "restaurant"),
}


@dataclass(frozen=True, slots=True)
class Plant:
    """What stands behind a stack: area of its section [m²], reference oxygen (record, %), usual oxygen [%], limits.

    limits: of the converted concentration [mg/m³] by factor code. nightly: it stops at night.
    """

    text: Text
    area_m2: float
    oxygen: str
    reference_percent: float
    usual_percent: float
    limits: Mapping[str, float]
    nightly: bool = False


_BOILER = {"a34013": 5.0, "a21026": 10.0, "a21002": 30.0}
PLANTS: tuple[Plant, ...] = (
    Plant(Text("燃气供热锅炉", "Gas heating boiler"), 3.2, "oxygen-boiler-gas", 3.5, 4.6, _BOILER),
    Plant(Text("燃气轮机", "Gas turbine"), 21.0, "oxygen-gas-turbine", 15.0, 14.2, {"a21002": 30.0, "a34013": 5.0}),
    Plant(
        Text("生活垃圾焚烧炉", "Waste incinerator"),
        5.4,
        "oxygen-waste",
        11.0,
        9.4,
        {"a34013": 20.0, "a21026": 80.0, "a21002": 250.0},
    ),
    Plant(Text("燃气蒸汽锅炉", "Gas steam boiler"), 1.3, "oxygen-boiler-gas", 3.5, 5.0, _BOILER, nightly=True),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One simulated device; point is empty and plate given for vehicles. place: °E, °N, WGS-84.

    secret: its password or authentication code. enterprise, maintainer: numbers of the made-up organisations.
    """

    id: str
    kind: str
    family: str
    key: str
    number: int
    text: Text
    place: tuple[float, float]
    secret: str = field(default="", repr=False)
    point: str = ""
    area: str = ""
    plate: str = ""
    enterprise: int = 0
    maintainer: int = 0

    @property
    def plant(self) -> Plant:
        """The plant of an outlet."""
        return PLANTS[(self.number - 1) % len(PLANTS)]


@dataclass(frozen=True)
class District:
    """Members, the sites of the demonstration history, and the point kinds of the pack."""

    members: tuple[Member, ...]
    sites: tuple[Site, ...]
    kinds: Mapping[str, PointKind]
    destinations: tuple[tuple[float, float], ...]

    def targets(self) -> list[Target]:
        """Return whom a fault may befall."""
        return [Target(member.id, member.kind) for member in self.members]

    def of_kind(self, kind: str) -> list[Member]:
        """Return the members of a kind."""
        return [member for member in self.members if member.kind == kind]


class NoPlaces(LantianError):
    """A pack without streets or stations has no district to play."""

    def __init__(self, pack: str) -> None:
        super().__init__(
            Text(
                f"政策包 {pack} 没有街乡或评价站点，不能生成模拟区。",
                f"The pack {pack} has no streets or evaluated stations, so there is no district to play.",
            )
        )


def streets(pack: Pack) -> list[Area]:
    """Return the streets and townships of the pack."""
    return [area for area in pack.all(Area) if area.kind in ("street", "township")]


def stations(pack: Pack) -> list[AirPoint]:
    """Return the evaluated stations of the districts whose streets the pack names."""
    districts = {street.parent for street in streets(pack)}
    return [point for point in pack.all(AirPoint) if point.evaluated and point.area in districts]


def sites(pack: Pack) -> list[Site]:
    """Return where the demonstration history is made: the stations, and a micro-station for each street."""
    return [
        *(Site(point.id, point.longitude, point.latitude, 1.1) for point in stations(pack)),
        *(Site(f"{MICRO}-{street.id}", *street.reference_point) for street in streets(pack)),
    ]


def scaled(share: float) -> dict[str, int]:
    """Return the counts of a part of the full district; of each kind at least one."""
    return {kind: max(round(count * share), 1) for kind, count in FULL.items()}


def for_sites(number: int) -> dict[str, int]:
    """Return the counts of a district with about so many fixed points, and vehicles in proportion.

    >>> sum(for_sites(912)[kind] for kind in ("station", "micro", "dust", "stack", "voc", "fume"))
    912
    """
    return scaled(number / sum(count for kind, count in FULL.items() if kind not in _VEHICLES))


def district(pack: Pack, counts: Mapping[str, int], secret_key: str) -> District:
    """Return the district of a pack with so many devices of each kind; a kind that is not counted has its history's."""
    found = sites(pack)
    if not found or not streets(pack):
        raise NoPlaces(pack.id)
    draft = _Draft(pack, secret_key)
    members = [
        *draft.fixed_at_sites("station", counts.get("station"), [(one.id, one.zh, one.en) for one in stations(pack)]),
        *draft.fixed_at_sites(
            "micro",
            counts.get("micro"),
            [(f"{MICRO}-{one.id}", f"{one.short}微站", f"{one.en} micro-station") for one in streets(pack)],
        ),
        *(member for kind in ("dust", "stack", "voc", "fume") for member in draft.fixed(kind, counts.get(kind, 0))),
        *(member for kind in _VEHICLES for member in draft.vehicles(kind, counts.get(kind, 0))),
    ]
    places = [one.reference_point for one in streets(pack)]
    kinds = {kind.id: kind for kind in pack.all(PointKind)}
    return District(tuple(members), tuple(found), kinds, (_outermost(places, 0), _outermost(places, 1)))


def _outermost(places: Sequence[tuple[float, float]], axis: int) -> tuple[float, float]:
    """Return a place near the district's edge, where muck is taken to (渣土消纳场)."""
    return max(places, key=lambda place: place[axis])


class _Draft:
    """Makes members one by one."""

    def __init__(self, pack: Pack, secret_key: str) -> None:
        self.streets = streets(pack)
        self.sites = {site.point: site for site in sites(pack)}
        self.key = secret_key
        self.code = pack.header.jurisdiction.removeprefix("cn-")[:6].rjust(6, "0")
        self.families = {kind.id: kind.family for kind in pack.all(PointKind)}

    def fixed_at_sites(self, kind: str, count: int | None, known: Sequence[tuple[str, str, str]]) -> list[Member]:
        """Return devices at points that exist, and made-up ones where more are wanted."""
        wanted = len(known) if count is None else count
        members = []
        for number, (point, zh, en) in enumerate(known[:wanted], 1):
            site = self.sites[point]
            text = Text(f"{zh}（模拟）", f"{en} (simulated)")
            members.append(self._fixed(kind, number, text, (site.longitude, site.latitude), point))
        return members + [self._made_up(kind, number) for number in range(len(known) + 1, wanted + 1)]

    def fixed(self, kind: str, count: int) -> list[Member]:
        """Return made-up devices of a kind."""
        return [self._made_up(kind, number) for number in range(1, count + 1)]

    def vehicles(self, kind: str, count: int) -> list[Member]:
        """Return heavy diesels or muck trucks; the place is where they are kept."""
        return [self._vehicle(kind, number) for number in range(1, count + 1)]

    def _made_up(self, kind: str, number: int) -> Member:
        seed = seed_of("place", kind, number)
        street = self.streets[int(one(seed, 1) * len(self.streets))]
        longitude, latitude = street.reference_point
        place = round(longitude + 0.022 * (one(seed, 2) - 0.5), 5), round(latitude + 0.016 * (one(seed, 3) - 0.5), 5)
        words = PLANTS[(number - 1) % len(PLANTS)].text if kind == "stack" else _WORDS[kind]
        text = Text(f"{street.short}{words.zh}{number}（模拟）", f"{street.en} {words.en} {number} (simulated)")
        return self._fixed(kind, number, text, place, f"sim-{kind}-{number:03d}", street.id)

    def _fixed(
        self, kind: str, number: int, text: Text, place: tuple[float, float], point: str, area: str = ""
    ) -> Member:
        device = f"sim-{kind}-{number:03d}"
        return Member(
            id=device,
            kind=kind,
            family="hj212",
            key=f"{self.code}{_LETTERS[kind]}{number:016d}",
            number=number,
            text=text,
            place=place,
            secret=self._secret(device)[:6],
            point=point,
            area=area,
            enterprise=0 if kind in ("station", "micro") else 1 + number % 4,
            maintainer=1 + number % 2,
        )

    def _vehicle(self, kind: str, number: int) -> Member:
        device, is_truck = f"sim-{kind}-{number:04d}", kind == "truck"
        street = self.streets[int(one(seed_of("garage", kind, number)) * len(self.streets))]
        plate = f"京Z{'Z' if is_truck else 'H'}{number:04d}"
        words = Text("渣土车", "Muck truck") if is_truck else Text("重型柴油车", "Heavy diesel")
        return Member(
            id=device,
            kind=kind,
            family=self.families[kind],
            key=f"640000{number:06d}" if is_truck else f"LLTDEM0{number:010d}",
            number=number,
            text=Text(f"{words.zh}{plate}（模拟）", f"{words.en} {plate} (simulated)"),
            place=street.reference_point,
            secret=self._secret(device)[:12] if is_truck else "",
            area="",
            plate=plate,
            enterprise=5 + number % 2,
            maintainer=1 + number % 2,
        )

    def _secret(self, device: str) -> str:
        digest = hmac.new(self.key.encode(), f"device:{device}".encode(), hashlib.sha256).hexdigest()
        return "".join(str(int(pair, 16) % 10) for pair in (digest[at : at + 2] for at in range(0, 48, 2)))
