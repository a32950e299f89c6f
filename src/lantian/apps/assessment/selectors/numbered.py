"""Snapshots of bulletins and of assessments by the number that papers print of them (快照号)."""

from typing import TypeVar

from django.db.models import QuerySet

from lantian.apps.assessment.models import AssessmentSnapshot, Snapshot
from lantian.apps.assessment.snapshots import SnapshotError
from lantian.kernel.errors import Text

Kept = TypeVar("Kept", Snapshot, AssessmentSnapshot)


def numbered(rows: QuerySet[Kept], start: str) -> Kept:
    """Return the snapshot whose number begins so; raises SnapshotError where it is not one alone."""
    found = list(rows.filter(pk__startswith=start.lower())[:2])
    if len(found) != 1:
        raise SnapshotError(
            Text(f"没有编号以“{start}”开头的唯一快照。", f"No snapshot alone has a number that begins with {start!r}.")
        )
    return found[0]
