"""Who is responsible (责任体系): party and government alike, from the district over streets to communities.

Trade departments come from the ledgers' kinds, which a higher app knows: it fills the hook ``trades``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from lantian.apps.accounts.models import Area, AreaKind, Head, Organisation, Post, Role
from lantian.kernel.errors import Text


@dataclass(frozen=True)
class Trade:
    """A kind of source, and the code of the department that answers for it."""

    kind: Text
    organisation: str


trades: list[Callable[[], Iterable[Trade]]] = []
"""Hook: kinds of sources with their departments; joined in project/wiring.py."""


@dataclass
class Ground:
    """A street or community: its offices, its heads by side, who keeps its grid, and what lies under it."""

    area: Area
    offices: list[Organisation] = field(default_factory=list)
    heads: dict[str, list[Post]] = field(default_factory=lambda: defaultdict(list))
    keepers: list[Post] = field(default_factory=list)
    under: list["Ground"] = field(default_factory=list)

    @property
    def party(self) -> list[Post]:
        """Heads of the party's side."""
        return self.heads.get(Head.PARTY, [])

    @property
    def government(self) -> list[Post]:
        """Heads of the government's side."""
        return self.heads.get(Head.GOVERNMENT, [])

    @property
    def complete(self) -> bool:
        """Whether both sides have a head."""
        return bool(self.party and self.government)


@dataclass(frozen=True)
class Department:
    """A department with its heads and the kinds for which it answers."""

    organisation: Organisation
    kinds: tuple[Text, ...]
    heads: tuple[Post, ...]


@dataclass(frozen=True)
class Responsibility:
    """The whole tree on a day."""

    district: Ground | None
    streets: tuple[Ground, ...]
    departments: tuple[Department, ...]

    @property
    def gaps(self) -> int:
        """Streets where the party's or the government's head is not entered."""
        return sum(not one.complete for one in self.streets)


def tree(day: date) -> Responsibility:
    """Return the tree of a day: heads by posts, grids by the posts over communities, departments by kinds."""
    grounds = {one.pk: Ground(one) for one in Area.objects.standing(day).defer("geometry")}
    organisations = {one.pk: one for one in Organisation.objects.standing(day)}
    posts = list(Post.objects.held_on(day).filter(person__is_active=True).select_related("person", "organisation"))
    for one in organisations.values():
        if one.area_id in grounds:
            grounds[one.area_id].offices.append(one)
    for post in posts:
        _place(post, grounds)
    for ground in grounds.values():
        if ground.area.parent_id in grounds:
            grounds[ground.area.parent_id].under.append(ground)
    streets = tuple(one for one in grounds.values() if one.area.kind == AreaKind.STREET)
    return Responsibility(_district(grounds, posts), streets, _departments(organisations, posts))


def _place(post: Post, grounds: Mapping[str, Ground]) -> None:
    """Put a post on its ground: as head of the office there, or as keeper of the grid."""
    ground = grounds.get(post.area_id or post.organisation.area_id or "")
    if ground is None or ground.area.kind not in (AreaKind.STREET, AreaKind.COMMUNITY):
        return
    if post.head:
        ground.heads[post.head].append(post)
    elif post.role in (Role.COMMUNITY, Role.STREET):
        ground.keepers.append(post)


def _district(grounds: Mapping[str, Ground], posts: Iterable[Post]) -> Ground | None:
    """The district with the heads of its government: the organisation that stands above all."""
    found = next((one for one in grounds.values() if one.area.kind == AreaKind.DISTRICT and one.under), None)
    for post in posts:
        if found and post.head and post.organisation.kind == "government":
            found.heads[post.head].append(post)
    return found


def _departments(organisations: Mapping[str, Organisation], posts: Iterable[Post]) -> tuple[Department, ...]:
    kinds: dict[str, list[Text]] = defaultdict(list)
    for hook in trades:
        for trade in hook():
            kinds[trade.organisation].append(trade.kind)
    heads: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        if post.head:
            heads[post.organisation_id].append(post)
    return tuple(
        Department(organisations[code], tuple(named), tuple(heads.get(code, ())))
        for code, named in sorted(kinds.items())
        if code in organisations
    )
