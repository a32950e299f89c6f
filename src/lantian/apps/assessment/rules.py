"""Bulletins of the pack in use, and what counts in them (通报规则)."""

from datetime import date
from functools import lru_cache

from django.conf import settings

from lantian.apps.assessment.models import Bulletin
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.periods import Period, Span
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack
from lantian.policy.records_bulletin import BulletinRecord, CheckCountRecord


class NoBulletin(LantianError):
    """The pack has no bulletin of this span or name."""

    def __init__(self, name: str, day: date) -> None:
        super().__init__(Text(f"政策包在 {day} 没有通报“{name}”。", f"The pack has no bulletin {name!r} on {day}."))


@lru_cache(maxsize=4)
def _pack(name: str) -> Pack:
    return load_pack(name)


def pack() -> Pack:
    """Return the pack in use."""
    return _pack(str(settings.PACK))


def bulletins(day: date) -> tuple[BulletinRecord, ...]:
    """Return the bulletins in force on a day, in the pack's order."""
    return tuple(sorted(pack().on(BulletinRecord, day), key=lambda one: (one.order, one.id)))


def bulletin_named(name: str, period: Period) -> BulletinRecord:
    """Return a bulletin by id as it holds for a period; raises NoBulletin."""
    found = pack().find(BulletinRecord, name, period.last)
    if found is None:
        raise NoBulletin(name, period.last)
    return found


def first_bulletin(span: Span, period: Period) -> BulletinRecord:
    """Return the first bulletin of a span; raises NoBulletin."""
    found = next((one for one in bulletins(period.last) if one.span == span), None)
    if found is None:
        raise NoBulletin(span, period.last)
    return found


def record_of(bulletin: Bulletin) -> BulletinRecord:
    """Return the pack's record of a bulletin as it holds for its period."""
    return bulletin_named(bulletin.record, Period.read(bulletin.period))


def counted(record: BulletinRecord, day: date) -> tuple[CheckCountRecord, ...]:
    """Return what counts as a check in a bulletin."""
    found = (pack().get(CheckCountRecord, name, day) for name in record.check_counts)
    return tuple(sorted(found, key=lambda one: (one.order, one.id)))
