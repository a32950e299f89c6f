"""What a person's posts cover (管辖范围): the one answer from which every ``visible_to`` is made.

A post covers the area that it names, else its organisation's area with all that lies under it; a post of the district
covers everything. An enterprise's post covers what its organisation owns and nothing else. Security and audit
administrators have no share in the district's work.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from lantian.apps.accounts.models import AreaKind, Organisation, Person, Post, Role

WORKING = frozenset(
    {
        Role.DUTY,
        Role.BUREAU,
        Role.STREET,
        Role.ENFORCEMENT,
        Role.COMMUNITY,
        Role.VIEWER,
        Role.SYSTEM_ADMIN,
    }
)
"""Roles that take part in the district's work."""

_GROUND = frozenset({AreaKind.STREET, AreaKind.COMMUNITY})
"""Areas that bind a post: one over a district or the city covers all of it."""

_LOCAL = frozenset({Role.STREET, Role.COMMUNITY})
"""Roles that mean nothing without an area."""


@dataclass(frozen=True)
class Scope:
    """What somebody's posts cover.

    roles: of all posts held today. whole: the whole district. areas: codes of the grounds covered, each with all below.
    organisations: whose work the person shares. enterprises: organisations whose own things they see.
    """

    roles: frozenset[str] = frozenset()
    whole: bool = False
    areas: tuple[str, ...] = ()
    organisations: frozenset[str] = frozenset()
    enterprises: frozenset[str] = frozenset()

    def covers(self, area: str | None) -> bool:
        """Tell whether an area's code lies in what is covered."""
        return self.whole or (bool(area) and any(str(area).startswith(code) for code in self.areas))

    def within(self, area_field: str, owner_field: str | None = None) -> Q:
        """Return the condition on rows that lie in the areas covered or, for enterprises, are their own."""
        if self.whole:
            return Q()
        found = Q(pk__in=[])
        for code in self.areas:
            found |= Q(**{f"{area_field}__startswith": code})
        if owner_field and self.enterprises:
            found |= Q(**{f"{owner_field}__in": self.enterprises})
        return found


NOTHING = Scope()


def scope_of(person: Any) -> Scope:
    """Return what a person's posts cover today; nothing for anybody who is not signed in and active."""
    if not isinstance(person, Person) or not person.is_active:
        return NOTHING
    found: Scope | None = getattr(person, "_scope", None)
    if found is None:
        found = _of_posts(person.current_posts())
        person._scope = found  # type: ignore[attr-defined]
    return found


def scope_of_post(post: Post) -> Scope:
    """Return what one post covers, whoever holds it and whenever."""
    return _of_posts([post])


def _of_posts(posts: list[Post]) -> Scope:
    grounds = [(post, _ground(post)) for post in posts if post.role in WORKING]
    return Scope(
        roles=frozenset(post.role for post in posts),
        whole=any(ground is None for _, ground in grounds),
        areas=tuple(sorted({ground for _, ground in grounds if ground})),
        organisations=frozenset(post.organisation_id for post, _ in grounds),
        enterprises=frozenset(post.organisation_id for post in posts if post.role == Role.ENTERPRISE),
    )


def _ground(post: Post) -> str | None:
    """The code of the street or community that a post is bound to; None for the whole district.

    A street's or community's post without an area covers no ground (an area code that nobody has).
    """
    area = post.area or post.organisation.area
    if area is None:
        return "-" if post.role in _LOCAL else None
    return area.code if area.kind in _GROUND else None


def people_visible_to(person: Any) -> QuerySet[Person]:
    """Return whom somebody may see: system and security administrators everybody, others who shares their work."""
    scope = scope_of(person)
    if scope.roles & {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}:
        return Person.objects.all()
    if not scope.roles:
        return Person.objects.none()
    shared = scope.organisations | scope.enterprises
    return Person.objects.filter(Q(pk=person.pk) | Q(posts__organisation__in=shared)).distinct()


def may_keep_duty_of(person: Any, organisation: Organisation) -> bool:
    """Tell whether somebody keeps the roster and deputies of an organisation: their own, or any for the duty desk."""
    scope = scope_of(person)
    return bool(scope.roles & {Role.DUTY, Role.SYSTEM_ADMIN}) or organisation.pk in scope.organisations
