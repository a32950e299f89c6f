"""Who answers (谁来答复): for a post or an organisation at a moment. Pure: it judges what it is given.

The holder answers; while away, the deputies by their order; if none is there, who is on duty, then the leader of that
turn; else the head of the organisation, government before party. For an organisation the roster comes first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from django.db.models import Q

from lantian.apps.accounts.models import Deputy, Head, Leave, Organisation, Person, Post, Shift
from lantian.kernel.instants import day_of

Why = Literal["holder", "deputy", "duty", "duty-leader", "head"]


@dataclass(frozen=True)
class Holding:
    """A post as it matters here: who holds it, and who acts for them on that day, by order."""

    person: int
    deputies: tuple[int, ...] = ()


@dataclass(frozen=True)
class Turn:
    """A turn of duty."""

    person: int
    start: datetime
    end: datetime
    leader: bool = False


@dataclass(frozen=True)
class Picture:
    """What is known about an organisation: its heads by rank, its roster, and who is away from when to when."""

    heads: tuple[Holding, ...] = ()
    turns: tuple[Turn, ...] = ()
    away: Mapping[int, Sequence[tuple[date, date]]] = field(default_factory=dict)
    inactive: frozenset[int] = frozenset()

    def here(self, person: int, at: datetime) -> bool:
        """Tell whether a person can answer at a moment."""
        day = day_of(at)
        return person not in self.inactive and not any(one <= day <= last for one, last in self.away.get(person, ()))


@dataclass(frozen=True)
class Answer:
    """Who answers, and why they do."""

    person: int
    why: Why


def who_answers(picture: Picture, at: datetime, holding: Holding | None = None) -> Answer | None:
    """Return who answers at a moment: for a post when ``holding`` is given, else for the organisation.

    None when nobody is there: a gap that the roster page shows.
    """
    return next((one for one in _line(picture, at, holding) if picture.here(one.person, at)), None)


def _line(picture: Picture, at: datetime, holding: Holding | None) -> Iterator[Answer]:
    if holding is not None:
        yield from _of_holding(holding, "holder")
    now = [turn for turn in picture.turns if turn.start <= at < turn.end]
    yield from (Answer(turn.person, "duty") for turn in now if not turn.leader)
    yield from (Answer(turn.person, "duty-leader") for turn in now if turn.leader)
    for head in picture.heads:
        yield from _of_holding(head, "head")


def _of_holding(holding: Holding, why: Why) -> Iterator[Answer]:
    yield Answer(holding.person, why)
    yield from (Answer(person, "deputy") for person in holding.deputies)


# read from the record store --------------------------------------------------------------------------------------


def answerer(organisation: Organisation, at: datetime, post: Post | None = None) -> Answer | None:
    """Return who answers for an organisation, or for a post of it, at a moment."""
    return who_answers(picture_of(organisation, at), at, None if post is None else _holding(post, day_of(at)))


def picture_of(organisation: Organisation, at: datetime) -> Picture:
    """Read what is known about an organisation around a moment."""
    day = day_of(at)
    heads = Post.objects.held_on(day).filter(organisation=organisation).exclude(head="")
    ranked = sorted(heads, key=lambda post: (post.head != Head.GOVERNMENT, post.pk))
    turns = Shift.objects.filter(organisation=organisation, start__lte=at, end__gt=at).order_by("start", "pk")
    return Picture(
        heads=tuple(_holding(post, day) for post in ranked),
        turns=tuple(Turn(one.person_id, one.start, one.end, one.leader) for one in turns),
        away=_away(Leave.objects.filter(start__lte=day, end__gte=day)),
        inactive=frozenset(Person.objects.filter(is_active=False).values_list("pk", flat=True)),
    )


def _holding(post: Post, day: date) -> Holding:
    standing = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    acting = Deputy.objects.filter(standing, lasting, post=post).order_by("order", "pk")
    return Holding(post.person_id, tuple(acting.values_list("person", flat=True)))


def _away(leaves: Iterable[Leave]) -> dict[int, list[tuple[date, date]]]:
    found: dict[int, list[tuple[date, date]]] = {}
    for leave in leaves:
        found.setdefault(leave.person_id, []).append((leave.start, leave.end))
    return found
