"""Entries of a ledger: made, changed, moved through their states, merged; each write with its history and notices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import Organisation
from lantian.apps.audit.services import record
from lantian.apps.ledger.kinds import kind as kind_of
from lantian.apps.ledger.models import ChangeNotice, Source, SourceChange, Subscription
from lantian.apps.ledger.services.notices import tell_of_change
from lantian.apps.ledger.services.rights import trade_for
from lantian.apps.ledger.values import Stored
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.identifiers import plain
from lantian.policy.records_ledger import Kind

OWN = ("name", "code", "address", "area_id", "owner_id", "trade_id", "grid_owner_id", "parent_id", "longitude",
       "latitude", "geometry")  # fmt: skip
"""Fields that every source has, beside the attributes of its kind."""


class SourceProblems(LantianError):
    """What stands against a write, by field."""

    def __init__(self, problems: Mapping[str, Text]) -> None:
        super().__init__(
            Text("；".join(one.zh for one in problems.values()), "; ".join(one.en for one in problems.values()))
        )
        self.problems = problems


class Conflict(LantianError):
    """Somebody changed the entry since it was read; ``changes`` are theirs, newest first."""

    def __init__(self, changes: list[SourceChange]) -> None:
        fields = sorted({name for change in changes for name in change.fields})
        super().__init__(
            Text(
                f"在您编辑期间，此条已被他人修改（{'、'.join(fields)}）。您的内容仍保留，请核对后再存。",
                f"Somebody changed this entry while you edited it ({', '.join(fields)}). "
                "What you typed is kept; compare and save again.",
            )
        )
        self.changes = changes


@dataclass(frozen=True)
class Values:
    """What is to be stored: own fields (of :data:`OWN`) and attributes by name; what is not named stays."""

    own: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Stored] = field(default_factory=dict)


def next_code(kind: Kind, taken: Iterable[str] = ()) -> str:
    """Return the next code of a ledger, such as GD000123; ``taken`` are codes given in the same batch."""
    prefix = kind.code_prefix
    last = Source.objects.filter(kind=kind.id, code__startswith=prefix).order_by("-code").values_list("code", flat=True)
    numbers = [_number(code, prefix) for code in [*last[:1], *taken]]
    return f"{prefix}{max(numbers, default=0) + 1:06d}"


def _number(code: str, prefix: str) -> int:
    digits = code.removeprefix(prefix)
    return int(digits) if digits.isdecimal() else 0


def search_text(source: Source, kind: Kind) -> str:
    """Return what the search box looks through: name, code, address and identifying attributes, in lower case."""
    searched = [one.name for one in kind.attributes if one.type in _SEARCHED and one.sensitivity != "personal"]
    found = [source.name, source.code, source.address]
    found += [str(source.attributes.get(name) or "") for name in searched]
    return plain("\n".join(part for part in found if part)).lower()


_SEARCHED = frozenset({"text", "plate", "credit_code", "vin"})


@transaction.atomic
def create_source(
    kind: Kind, values: Values, *, by: Any, at: datetime, reason: str = "", how: str = "created"
) -> Source:
    """Make an entry. Raises SourceProblems when name or state is wrong, or its code is taken."""
    own = {"trade_id": trade_for(by, kind), **values.own}
    code = str(own.pop("code", "") or next_code(kind))
    source = Source(kind=kind.id, code=code, state=str(own.pop("state", kind.states[0].id)), **own)
    source.attributes = {name: value for name, value in values.attributes.items() if value not in (None, [])}
    source.created_at = source.changed_at = at
    source.changed_by = by
    _check(source, kind)
    source.trade = Organisation.objects.filter(pk=source.trade_id).first()
    source.search = search_text(source, kind)
    source.save(force_insert=True)
    after = {name: [None, value] for name, value in snapshot(source).items() if value not in (None, "", {})}
    _remember(source, kind, Step(how, by, at, reason), after)
    return source


def _check(source: Source, kind: Kind) -> None:
    problems: dict[str, Text] = {}
    if not source.name.strip():
        problems["name"] = Text("“名称”必填。", "“Name” is required.")
    if kind.state(source.state) is None:
        problems["state"] = Text(f"没有状态“{source.state}”。", f"There is no state {source.state!r}.")
    twin = Source.objects.filter(kind=kind.id, code=source.code).exclude(pk=source.pk).first()
    if twin is not None:
        problems["code"] = Text(
            f"编码 {source.code} 已属于“{twin.name}”。", f"The code {source.code} belongs to {twin.name!r} already."
        )
    if problems:
        raise SourceProblems(problems)


@transaction.atomic
def change_source(
    source: Source, values: Values, *, version: int, by: Any, at: datetime, reason: str = "", how: str = "changed"
) -> SourceChange | None:
    """Change an entry that was read at ``version``; returns the change, None when nothing differs.

    Raises Conflict when the same fields were changed by somebody else since; changes of other fields are joined.
    """
    kind = kind_of(source.kind)
    kept = Source.objects.select_for_update().get(pk=source.pk)
    before = snapshot(kept)
    apply_values(kept, values)
    fields = differences(before, snapshot(kept))
    if not fields:
        return None
    if kept.version != version:
        theirs = list(SourceChange.objects.filter(source=kept, version__gt=version))
        if any(set(change.fields) & set(fields) for change in theirs):
            raise Conflict(theirs)
    _check(kept, kind)
    return _store(kept, kind, Step(how, by, at, reason), fields)


def apply_values(source: Source, values: Values) -> None:
    for name, value in values.own.items():
        setattr(source, name, value)
    attributes = {**source.attributes, **values.attributes}
    source.attributes = {name: value for name, value in attributes.items() if value not in (None, [])}


@dataclass(frozen=True)
class Step:
    """How a change came about."""

    kind: str
    by: Any
    at: datetime
    reason: str = ""


def _store(source: Source, kind: Kind, step: Step, fields: Mapping[str, Any]) -> SourceChange:
    source.version += 1
    source.changed_at, source.changed_by = step.at, step.by
    source.search = search_text(source, kind)
    source.save()
    return _remember(source, kind, step, fields)


def _remember(source: Source, kind: Kind, step: Step, fields: Mapping[str, Any]) -> SourceChange:
    """Write the history, tell those who asked to be told, and audit."""
    change = SourceChange.objects.create(
        source=source,
        version=source.version,
        kind=step.kind,
        at=step.at,
        by=step.by,
        reason=step.reason,
        fields=dict(fields),
    )
    hearing = told(kind, set(fields), step.by)
    ChangeNotice.objects.bulk_create([ChangeNotice(change=change, organisation_id=one) for one in hearing])
    tell_of_change(source, kind, change.pk, hearing, step.at)
    detail = {"kind": source.kind, "code": source.code, "fields": sorted(fields), "version": source.version}
    cleared = sorted(name for name, value in fields.items() if isinstance(value, list) and value[-1] is None)
    record(
        f"source.{step.kind}",
        subject=source,
        actor=step.by,
        at=step.at,
        detail={**detail, "cleared": cleared} if cleared else detail,
    )
    return change


def told(kind: Kind, fields: set[str], by: Any) -> list[str]:
    """The organisations that hear of a change: the pack's and those that subscribed, but not the author's own."""
    chosen = {one.organisation_id: set(one.fields) for one in Subscription.objects.filter(kind=kind.id)}
    wanted = {*kind.subscribers, *(name for name, watched in chosen.items() if not watched or watched & fields)}
    own = {post.organisation_id for post in by.current_posts()} if by is not None else set()
    known = set(Organisation.objects.filter(pk__in=wanted - own).values_list("pk", flat=True))
    return sorted(known)


def snapshot(source: Source) -> dict[str, Any]:
    own = {name: getattr(source, name) for name in OWN}
    return {**own, "state": source.state, **{f"attributes.{name}": value for name, value in source.attributes.items()}}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    names = [*before, *(name for name in after if name not in before)]
    return {
        name: [before.get(name), after.get(name)]
        for name in names
        if (before.get(name) or None) != (after.get(name) or None)
        or type(before.get(name)) is not type(after.get(name))
    }


@transaction.atomic
def move_source(source: Source, end: str, *, by: Any, at: datetime, reason: str = "") -> SourceChange:
    """Take an entry to another state along a move of its kind. Raises SourceProblems when there is none."""
    kind = kind_of(source.kind)
    kept = Source.objects.select_for_update().get(pk=source.pk)
    move = next((one for one in kind.moves if (one.start, one.end) == (kept.state, end)), None)
    if move is None:
        allowed = [one for one in kind.moves if one.start == kept.state]
        raise SourceProblems(
            {
                "state": Text(
                    f"不能从“{kept.state}”变为“{end}”；可以：{'、'.join(one.zh for one in allowed) or '无'}。",
                    f"{kept.state!r} cannot become {end!r}; allowed: {', '.join(one.en for one in allowed) or 'none'}.",
                )
            }
        )
    if move.reason and not reason.strip():
        raise SourceProblems({"reason": Text(f"“{move.zh}”须写明事由。", f"To {move.en}, give a reason.")})
    before, kept.state = kept.state, end
    return _store(kept, kind, Step("moved", by, at, reason), {"state": [before, end]})


@transaction.atomic
def merge_sources(kept: Source, doubled: Source, *, by: Any, at: datetime, reason: str) -> SourceChange:
    """Merge a doubled entry into the one that is kept, which takes over what only the doubled one knows.

    Raises SourceProblems when they are one, of different kinds, or merged already.
    """
    if kept.pk == doubled.pk or kept.kind != doubled.kind or doubled.merged_into_id or kept.merged_into_id:
        raise SourceProblems(
            {
                "": Text(
                    "只能合并同一台账中两个未合并的不同条目。",
                    "Only two different, unmerged entries of one ledger merge.",
                )
            }
        )
    kind = kind_of(kept.kind)
    before = snapshot(kept)
    attributes = {**doubled.attributes, **kept.attributes}
    own = {name: getattr(doubled, name) for name in OWN[2:] if not getattr(kept, name) and getattr(doubled, name)}
    apply_values(kept, Values(own, attributes))
    doubled.merged_into = kept
    _store(doubled, kind, Step("merged", by, at, reason), {"merged_into": [None, kept.code]})
    doubled.credentials.update(source=kept)
    doubled.attachments.update(source=kept)
    return _store(
        kept,
        kind,
        Step("merged", by, at, reason),
        {**differences(before, snapshot(kept)), "merged": [None, doubled.code]},
    )


def is_working(source: Source, kind: Kind) -> bool:
    """Tell whether an entry counts as existing and running."""
    state = kind.state(source.state)
    return state is not None and state.working and source.merged_into_id is None


def working_states(kind: Kind) -> list[str]:
    """Return the states in which entries count."""
    return [state.id for state in kind.states if state.working]
