"""Ledger entries that pass on with a post (交接): those whose grid owner (网格长) its holder is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.urls import reverse

from lantian.apps.accounts.models import Post
from lantian.apps.accounts.scope import scope_of_post
from lantian.apps.accounts.services.people import Belongings, OpenItem
from lantian.apps.audit.services import record
from lantian.apps.ledger.models import Source, SourceChange
from lantian.apps.ledger.models.sources import SourceQuerySet
from lantian.kernel.errors import Text

_BATCH = 500


def _looked_after(post: Post) -> SourceQuerySet:
    kept = Source.objects.current().filter(grid_owner=post.person_id)
    return kept.filter(scope_of_post(post).within("area__code"))


def _items(post: Post) -> Sequence[OpenItem]:
    found = _looked_after(post).order_by("kind", "code").values_list("kind", "code", "pk", "name")
    return [
        OpenItem(Text(f"{name} {code}", f"{name} {code}"), reverse("ledger:source", args=[kind, f"~{key}"]))
        for kind, code, key, name in found
    ]


def _give(old: Post, new: Post, by: Any, at: datetime) -> None:
    """Name the successor grid owner of each entry, with a line in its history."""
    keys = list(_looked_after(old).values_list("pk", flat=True))
    for some in (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH)):
        Source.objects.filter(pk__in=some).update(
            grid_owner=new.person, version=F("version") + 1, changed_at=at, changed_by=by
        )
        fields = {"grid_owner_id": [old.person_id, new.person_id]}
        SourceChange.objects.bulk_create(
            SourceChange(source_id=key, version=version, kind="changed", at=at, by=by, reason="岗位交接", fields=fields)
            for key, version in Source.objects.filter(pk__in=some).values_list("pk", "version")
        )
    detail = {"from": old.person.username, "to": new.person.username, "entries": len(keys)}
    record("source.ground-handed-over", subject=new.person, actor=by, at=at, detail=detail)


GROUND = Belongings(Text("负责网格的台账", "entries looked after"), _items, _give)
