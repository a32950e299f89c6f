"""What stands on every bulletin beside its words (公文): its number and day, and that a demonstration is made up."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings

from lantian.apps.assessment.services.signed import coming_number
from lantian.policy.records_bulletin import BulletinRecord

MADE_UP = "含模拟数据，仅供演示"
"""Stands on each paper that rests on a demonstration's checks."""


@dataclass(frozen=True)
class Stamp:
    """What sign-off gives a paper: number, day, and the address of the pages to which its figures lead.

    A draft has the day on which it is looked at and the number that it would get now; each page says what it is.
    site: as the settings have it, "" where nobody has said under which address people reach the pages.
    """

    day: date
    number: str
    draft: bool = True
    site: str = field(default_factory=lambda: str(settings.SITE_URL))


def drafted_on(record: BulletinRecord, day: date, at: datetime | None = None) -> Stamp:
    """Return the stamp of a draft: the day, and the next number under the bulletin's word, which is not taken.

    at: the moment that is looked back upon.
    """
    return Stamp(day, coming_number(record.word, day.year, at))
