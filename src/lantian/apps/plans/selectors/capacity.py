"""Supervision capacity (监管能力): instruments by calibration, people by certificate, against what article 28 asks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lantian.apps.accounts.models import Organisation
from lantian.apps.ledger.kinds import kind as kind_of
from lantian.apps.ledger.models.sources import Source, SourceQuerySet
from lantian.apps.ledger.pages.look import address
from lantian.apps.plans.selectors.rules import article_label, record_path
from lantian.kernel.errors import Text
from lantian.policy.pack import Pack
from lantian.policy.records_capacity import CapacityNeed
from lantian.workflow.validity import Validity, validity_on

INSTRUMENT, CERTIFICATE = "instrument", "staff-certificate"
ENDS: Mapping[str, str] = {INSTRUMENT: "calibration_due", CERTIFICATE: "valid_until"}
"""The attribute that holds the last valid day, by ledger."""
SERVES: Mapping[str, str] = {INSTRUMENT: "use", CERTIFICATE: "ability"}
"""The attribute that says which ability an entry serves, by ledger."""
WORKING = "working"
LAMPS: Mapping[str, str] = {"valid": "g", "near": "y", "expired": "r", "unknown": "o", "repair": "p"}
WORDS: Mapping[str, Text] = {
    "valid": Text("有效", "valid"),
    "near": Text("临期", "expiring soon"),
    "expired": Text("逾期", "expired"),
    "unknown": Text("无期限", "no date"),
    "repair": Text("送修", "in repair"),
}
ORDER = ("expired", "near", "repair", "unknown", "valid")


@dataclass(frozen=True)
class Held:
    """An instrument or a certificate. standing: how it stands on the day, ``repair`` for an instrument being mended.

    days: until its last valid day, negative after it. use: what it serves.
    """

    source: Source
    sort: Text
    use: str
    use_name: Text
    end: date | None
    days: int | None
    standing: str
    owner: Text

    @property
    def lamp(self) -> str:
        """The letter of its lamp."""
        return LAMPS[self.standing]

    @property
    def word(self) -> Text:
        """How it stands, in words."""
        return WORDS[self.standing]

    @property
    def url(self) -> str:
        """Where its entry is."""
        return address(self.source)

    @property
    def counts(self) -> bool:
        """Whether it counts as capacity."""
        return self.standing in ("valid", "near")

    @property
    def late(self) -> int | None:
        """Days since its end, where it has passed and somebody still counts on it."""
        return -self.days if self.standing == "expired" and self.days is not None else None


@dataclass(frozen=True)
class Sum:
    """How many of several are valid, of them near their end, and not valid."""

    valid: int
    near: int
    lost: int

    @property
    def all(self) -> int:
        """How many there are."""
        return self.valid + self.lost


def summed(held: Iterable[Held]) -> Sum:
    """Count what is valid."""
    every = list(held)
    valid = sum(one.counts for one in every)
    return Sum(valid, sum(one.standing == "near" for one in every), len(every) - valid)


@dataclass(frozen=True)
class Gauge:
    """A bar: what is valid for longer, what is near its end, and the notch of what is needed [% of the width]."""

    sure: float
    near: float
    need: float

    @classmethod
    def of(cls, there: Sum, need: int) -> "Gauge":
        """Scale to whichever is more, with some room behind it."""
        whole = max(there.valid, need, 1) * 1.1
        parts = (there.valid - there.near, there.near, need)
        return cls(*(round(100 * part / whole, 2) for part in parts))


@dataclass(frozen=True)
class Ability:
    """An ability that the plan asks for, and what there is of it."""

    need: CapacityNeed
    instruments: Sum
    staff: Sum

    @property
    def instrument_bar(self) -> "Gauge":
        """The bar of its instruments."""
        return Gauge.of(self.instruments, self.need.instruments)

    @property
    def staff_bar(self) -> "Gauge":
        """The bar of its people."""
        return Gauge.of(self.staff, self.need.staff)

    @property
    def name(self) -> Text:
        """What is to be able to be done."""
        return Text(self.need.zh, self.need.en)

    @property
    def cite(self) -> Text:
        """The article."""
        return article_label(self.need.article)

    @property
    def url(self) -> str:
        """Where the record of the need is."""
        return record_path(self.need)

    @property
    def lamp(self) -> str:
        """Red where there is less than needed, yellow where what is near its end would leave too little."""
        lasting = (self.instruments.valid - self.instruments.near, self.staff.valid - self.staff.near)
        if self.instruments.valid < self.need.instruments or self.staff.valid < self.need.staff:
            return "r"
        return "y" if lasting[0] < self.need.instruments or lasting[1] < self.need.staff else "g"

    @property
    def word(self) -> Text:
        """The lamp in words."""
        return {"r": Text("不足", "too few"), "y": Text("将不足", "soon too few"), "g": Text("满足", "enough")}[
            self.lamp
        ]


@dataclass(frozen=True)
class Holder:
    """An organisation with what it holds."""

    key: str
    name: Text
    instruments: Sum
    staff: Sum


@dataclass(frozen=True)
class Capacity:
    """The whole on a day; ``held`` is what the reader asked for, soonest end first."""

    abilities: Sequence[Ability]
    holders: Sequence[Holder]
    held: Sequence[Held]
    instruments: Sum
    staff: Sum


def capacity(pack: Pack, sources: SourceQuerySet, day: date) -> Capacity:
    """Return instruments and certificates on a day, what article 28 asks, and who holds what; two questions."""
    needs = sorted((one for one in pack.all(CapacityNeed) if one.holds_on(day)), key=lambda one: one.order)
    held = sorted(_held(sources, needs, day), key=lambda one: (ORDER.index(one.standing), one.end or date.max))
    kinds = {name: [one for one in held if one.source.kind == name] for name in ENDS}
    return Capacity(
        [_ability(need, kinds) for need in needs],
        _holders(held),
        held,
        summed(kinds[INSTRUMENT]),
        summed(kinds[CERTIFICATE]),
    )


def _held(sources: SourceQuerySet, needs: Sequence[CapacityNeed], day: date) -> list[Held]:
    near = {(INSTRUMENT, use): need.near_days for need in needs for use in need.uses}
    near |= {(CERTIFICATE, ability): need.near_days for need in needs for ability in need.abilities}
    other = max((need.near_days for need in needs), default=0)  # for what serves no ability that the pack names
    final = {name: {state.id for state in kind_of(name).states if state.final} for name in ENDS}
    found = sources.filter(kind__in=list(ENDS)).current().select_related("owner", "trade").order_by("code")
    return [_one(source, near, other, day) for source in found if source.state not in final[source.kind]]


def _one(source: Source, near: Mapping[tuple[str, str], int], other: int, day: date) -> Held:
    kind = kind_of(source.kind)
    use = str(source.attributes.get(SERVES[source.kind], ""))
    attribute = kind.attribute(SERVES[source.kind])
    names = {one.id: Text(one.zh, one.en) for one in attribute.choices} if attribute else {}
    written = source.attributes.get(ENDS[source.kind])
    end = date.fromisoformat(written) if written else None
    standing: Validity | str = validity_on(day, end, near.get((source.kind, use), other))
    return Held(
        source=source,
        sort=Text(kind.zh, kind.en),
        use=use,
        use_name=names.get(use, Text(use, use)),
        end=end,
        days=(end - day).days if end else None,
        standing=standing if source.state == WORKING else "repair",
        owner=_name(source.owner or source.trade),
    )


def _name(organisation: Organisation | None) -> Text:
    if organisation is None:
        return Text("未登记单位", "no organisation")
    return Text(organisation.name_zh, organisation.name_en or organisation.name_zh)


def _ability(need: CapacityNeed, kinds: Mapping[str, Sequence[Held]]) -> Ability:
    return Ability(
        need,
        summed(one for one in kinds[INSTRUMENT] if one.use in need.uses),
        summed(one for one in kinds[CERTIFICATE] if one.use in need.abilities),
    )


def _holders(held: Iterable[Held]) -> list[Holder]:
    by: dict[str, list[Held]] = {}
    for one in held:
        by.setdefault(one.source.owner_id or one.source.trade_id or "", []).append(one)
    found = [
        Holder(
            key,
            every[0].owner,
            summed(one for one in every if one.source.kind == INSTRUMENT),
            summed(one for one in every if one.source.kind == CERTIFICATE),
        )
        for key, every in by.items()
    ]
    return sorted(found, key=lambda one: (-(one.instruments.lost + one.staff.lost), -one.instruments.all, one.key))
