"""A complaint held for writing, and the line of its history that every act leaves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lantian.apps.audit.services import record
from lantian.apps.complaints.models import Complaint, ComplaintEvent
from lantian.apps.complaints.services.errors import Changed


def hold(complaint: Complaint, version: int | None = None) -> Complaint:
    """Lock a complaint and read it again; raises Changed when it is no longer what the page showed."""
    held = Complaint.objects.select_for_update().get(pk=complaint.pk)
    if version is not None and held.version != version:
        raise Changed
    return held


def store(complaint: Complaint) -> None:
    """Write a complaint with the next version."""
    complaint.version += 1
    complaint.save()


def note(
    complaint: Complaint, kind: str, *, by: Any, at: datetime, text: str = "", detail: Mapping[str, Any] | None = None
) -> ComplaintEvent:
    """Write the audit log and the history, in this order: the history keeps the entry's hash."""
    told = {"number": complaint.number, **(detail or {})}
    entry = record(f"complaint.{kind}", subject=complaint, actor=by, at=at, detail=told)
    return ComplaintEvent.objects.create(
        complaint=complaint, at=at, by=by, kind=kind, text=text.strip()[:1000], detail=dict(detail or {}),
        hash=entry.hash,
    )  # fmt: skip
