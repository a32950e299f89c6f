"""Who may change which entry, and which of its fields (可改范围): the one place that answers it.

The duty desk keeps every ledger; a bureau those that it supervises; streets and communities what lies on their ground;
an enterprise its own entries, but no fact by which it is judged: those a bureau verifies.
"""

from typing import Any

from django.utils import timezone

from lantian.apps.accounts.models import Person, Post, Role
from lantian.apps.accounts.scope import scope_of
from lantian.apps.ledger.kinds import ledger_figures
from lantian.apps.ledger.models import Source
from lantian.policy.records_ledger import Kind
from lantian.policy.records_rule import Condition

OWN_FIELDS = frozenset({"name", "code", "address", "area", "owner", "trade", "parent", "grid_owner", "place"})
"""Fields that every entry has, as the form names them."""
FIRM_FIELDS = frozenset({"address"})
"""Of these, what an enterprise may change itself."""
GROUND = frozenset({Role.STREET, Role.COMMUNITY})


def may_change(person: Any, source: Source) -> bool:
    """Tell whether a person may change an entry at all; which fields, says :func:`editable`."""
    if source.merged_into_id is not None:
        return False
    return _keeps(person, source) or source.owner_id in scope_of(person).enterprises


def may_keep(person: Any, source: Source) -> bool:
    """Tell whether a person keeps an entry: all its fields and its state."""
    return source.merged_into_id is None and _keeps(person, source)


def _keeps(person: Any, source: Source) -> bool:
    scope = scope_of(person)
    if Role.DUTY in scope.roles:
        return True
    if Role.BUREAU in scope.roles and source.trade_id in scope.organisations:
        return True
    return bool(scope.roles & GROUND) and not scope.whole and scope.covers(source.area_id)


def may_create(person: Any, kind: Kind) -> bool:
    """Tell whether a person may make entries of a kind."""
    scope = scope_of(person)
    bureau = Role.BUREAU in scope.roles and not scope.organisations.isdisjoint({kind.trade, *kind.keepers})
    return Role.DUTY in scope.roles or bureau or bool(scope.roles & GROUND)


def trade_for(person: Any, kind: Kind) -> str:
    """Return who keeps an entry that a person makes: their own bureau where the kind lets it, else the kind's trade."""
    own = scope_of(person).organisations
    if kind.trade in own:
        return kind.trade
    return next((name for name in kind.keepers if name in own), kind.trade)


def files_for(person: Any, kind: Kind) -> frozenset[str]:
    """Return the organisations for which a person files entries of a kind as their owner (申报); none else."""
    return scope_of(person).enterprises if kind.owner_files else frozenset()


def as_filed(kind: Kind) -> Kind:
    """Return a kind with the attributes that its owner fills in: what a bureau verifies is left out."""
    attributes = tuple(one for one in kind.attributes if one.name not in kind.verified)
    return kind.model_copy(update={"attributes": attributes, "verified": ()})


def may_place(person: Any, area: str | None) -> bool:
    """Tell whether a person may put an entry on a ground: streets and communities only on their own."""
    scope = scope_of(person)
    bound = not scope.roles & {Role.DUTY, Role.BUREAU} and bool(scope.roles & GROUND)
    return not bound or scope.covers(area)


def editable(person: Any, kind: Kind, source: Source | None = None) -> frozenset[str]:
    """Return the names of the own fields and attributes that a person may change in an entry, or fill in a new one."""
    attributes = frozenset(one.name for one in kind.attributes)
    if source is None or may_keep(person, source):
        return OWN_FIELDS | attributes
    if may_change(person, source):
        return FIRM_FIELDS | (attributes - judged(kind) - frozenset(kind.verified))
    return frozenset()


def judged(kind: Kind) -> frozenset[str]:
    """Return the attributes by which an entry is found, or judged: the key, and what duties and figures ask about."""
    found = {kind.key} if kind.key else set()
    for duty in kind.duties:
        found |= _asked(duty.when)
        found |= {duty.which} if duty.needs == "attribute" else set()
    for figure in ledger_figures().values():
        if figure.of == kind.id:
            named = {figure.sum, figure.per, figure.by, figure.day} - {None}
            found |= {str(name) for name in named} | _asked(figure.among) | _asked(figure.that)
    return frozenset(found)


def _asked(condition: Condition | None) -> set[str]:
    """The facts that a condition asks about."""
    return {str(leaf.name) for leaf in condition.leaves()} if condition is not None else set()


def grid_owner_of(area: str | None) -> Person | None:
    """Return who looks after a ground: the first person with a community's, else a street's post there."""
    if not area:
        return None
    held = Post.objects.held_on(timezone.localdate()).filter(person__is_active=True).select_related("person")
    for role in (Role.COMMUNITY, Role.STREET):
        found = held.filter(role=role, area_id=area).order_by("pk").first()
        if found is not None:
            return found.person
    return None
