"""Close a day (日终封存): the root of its frames and of its audit entries, chained to the day before.

A frame belongs to the day of its receipt, so a day that is over gets no more; what a wrong clock dated back falls to
the day that is closed next. Each anchor is a row that cannot be changed and a file that can be carried elsewhere.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction

from lantian.apps.audit.models import GENESIS, Anchor, Entry
from lantian.kernel.instants import beijing_day, day_of
from lantian.kernel.merkle import root
from lantian.lake import Lake
from lantian.lake.evidence import anchors
from lantian.lake.evidence.frames import Counted, lines_of, spans_after
from lantian.lake.evidence.lines import moment, written

_DAY = timedelta(days=1)
_YEAR = timedelta(days=365)


def close_days(lake: Lake, *, folder: Path, now: datetime) -> list[anchors.Anchor]:
    """Make the anchors of all days that are over, oldest first; call it when the spool is drained. Returns them.

    folder: where each is also written, as ``2026-11-26.json``.
    """
    made = []
    while (day := _next_day(lake, now)) < day_of(now):
        made.append(_close(lake, day, now))
        _write(folder, made[-1])
    return made


def chain() -> list[anchors.Anchor]:
    """Return all anchors, oldest first."""
    return [row.sealed() for row in Anchor.objects.order_by("day")]


def entry_lines(day: date) -> Iterator[bytes]:
    """Yield the audit entries that a day's anchor covers, as evidence writes them."""
    anchor = Anchor.objects.get(day=day)
    before = Anchor.objects.filter(day__lt=day).order_by("-day").first()
    return _lines(before.last_entry if before else 0, anchor.last_entry)


def _next_day(lake: Lake, now: datetime) -> date:
    """Return the day to close next: at first that of the first frame (at most a year ago), or yesterday."""
    last = Anchor.objects.order_by("-day").first()
    if last is not None:
        return last.day + _DAY
    yesterday = day_of(now) - _DAY
    parts = lake.tables["frames"].listing().parts()
    return max(date.fromisoformat(parts[0]), yesterday - _YEAR) if parts else yesterday


@transaction.atomic
def _close(lake: Lake, day: date, now: datetime) -> anchors.Anchor:
    last = Anchor.objects.select_for_update().order_by("-day").first()
    covered = {name: span[1] for row in Anchor.objects.order_by("day") for name, span in row.spools.items()}
    spans = spans_after(lake, covered, day)
    frames = Counted(lines_of(lake, spans))
    frames_root = root(frames).hex()
    first, upto = last.last_entry if last else 0, _last_entry(day)
    entries = Counted(_lines(first, upto))
    entries_root = root(entries).hex()
    sealed = anchors.Anchor(
        day=day,
        previous=last.hash if last else GENESIS,
        spools=spans,
        frames=frames.count,
        frames_root=frames_root,
        entries=entries.count,
        entries_root=entries_root,
        last_entry=max(first, upto),
        made_at=moment(now),
    ).sealed()
    Anchor.of(sealed).save()
    return sealed


def _last_entry(day: date) -> int:
    found = Entry.objects.filter(at__lt=beijing_day(day + _DAY)).order_by("-pk").values_list("pk", flat=True).first()
    return found or 0


def _lines(after: int, upto: int) -> Iterator[bytes]:
    for entry in Entry.objects.filter(pk__gt=after, pk__lte=upto).order_by("pk").iterator():
        yield written(
            {
                "actor": entry.actor_name,
                "at": moment(entry.at),
                "detail": entry.detail,
                "hash": entry.hash,
                "id": entry.pk,
                "previous": entry.previous_hash,
                "subject": [entry.subject_type, entry.subject_id],
                "verb": entry.verb,
            }
        )


def _write(folder: Path, anchor: anchors.Anchor) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{anchor.day}.json.new"
    draft.write_bytes(anchor.line() + b"\n")
    draft.rename(folder / f"{anchor.day}.json")
