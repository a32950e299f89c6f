"""Two people on one entry (并发编辑): what an editor was shown and changed, and what others did meanwhile."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from lantian.apps.ledger.models import Source, SourceChange
from lantian.apps.ledger.pages.look import Names, field_label
from lantian.apps.ledger.services.sources import OWN, Values
from lantian.policy.records_ledger import Kind


def as_of_version(source: Source, version: int) -> Source:
    """Return an entry as it was at a version: its later changes taken back, the newest first."""
    found = deepcopy(source)
    for change in SourceChange.objects.filter(source=source, version__gt=version).order_by("-version", "-pk"):
        for name, (before, _after) in change.fields.items():
            _put_back(found, name, before)
    return found


def _put_back(source: Source, name: str, before: Any) -> None:
    if name.startswith("attributes."):
        kept = {**source.attributes, name.removeprefix("attributes."): before}
        source.attributes = {key: value for key, value in kept.items() if value is not None}
    elif name in OWN:
        setattr(source, name, before if before is not None or name.endswith("_id") else _EMPTY.get(name))


_EMPTY: Mapping[str, Any] = {"name": "", "code": "", "address": ""}


def only_changed(base: Source, typed: Values) -> Values:
    """Return what differs from what the editor was shown."""
    own = {name: value for name, value in typed.own.items() if (value or None) != (getattr(base, name) or None)}
    attributes = {
        name: value
        for name, value in typed.attributes.items()
        if (None if value in (None, [], "") else value) != base.attributes.get(name)
    }
    return Values(own, attributes)


@dataclass(frozen=True)
class Clash:
    """One field that two people changed: as it was, theirs and yours, in words."""

    label: str
    was: str
    theirs: str
    yours: str
    both: bool


@dataclass(frozen=True)
class Clashes:
    """What somebody else changed meanwhile, field by field, beside what was typed."""

    who: str
    lines: Sequence[Clash]


def clashes(kind: Kind, base: Source, now: Source, mine: Values, changes: Sequence[SourceChange]) -> Clashes:
    """Return what others changed since the form was opened, and what the editor typed into the same fields."""
    typed = {**mine.own, **{f"attributes.{name}": value for name, value in mine.attributes.items()}}
    touched = sorted({name for change in changes for name in change.fields})
    fields = {name: [_value(base, name), _value(now, name), typed.get(name)] for name in touched}
    names = Names.of([fields])
    lines = [
        Clash(
            field_label(kind, name),
            names.said(kind, name, was),
            names.said(kind, name, theirs),
            names.said(kind, name, yours) if name in typed else "",
            name in typed,
        )
        for name, (was, theirs, yours) in fields.items()
    ]
    people = {change.by.name for change in changes if change.by is not None}
    return Clashes(" / ".join(sorted(people)), lines)


def _value(source: Source, name: str) -> Any:
    if name.startswith("attributes."):
        return source.attributes.get(name.removeprefix("attributes."))
    return getattr(source, name, None)
