"""What the views have in common: who acts, which moment is shown, what may be seen, how often a stranger may ask."""

from datetime import datetime

from django.utils.translation import get_language

from lantian.apps.accounts.models import Person
from lantian.apps.accounts.services import limits
from lantian.apps.accounts.services.sessions import address_of
from lantian.apps.complaints.models import Complaint, ComplaintQuerySet
from lantian.apps.complaints.rules import rules
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError
from lantian.kernel.instants import day_of


def acting(request: PageRequest) -> Person:
    """Return the signed-in person; the rights let nobody else come here."""
    assert isinstance(request.user, Person)
    return request.user


def moment_of(request: PageRequest) -> datetime:
    """Return the moment that the page shows."""
    return request.as_of.now if request.as_of.live else request.as_of.instant


def seen_by(request: PageRequest) -> ComplaintQuerySet:
    """Return the complaints that the reader may see, received up to the page's moment."""
    return Complaint.objects.visible_to(request.user).filter(received_at__lte=moment_of(request))


def said(error: LantianError) -> str:
    """Return an error in the reader's language."""
    return error.text.in_language(language())


def language() -> str:
    """Return the reader's language."""
    return get_language() or "zh-hans"


def topic_choices(now: datetime) -> list[tuple[str, str]]:
    """Return the topics to choose from."""
    english = language().startswith("en")
    return [(one.id, one.en if english else one.zh) for one in rules().topics(day_of(now)).values()]


def channel_choices(now: datetime, *intakes: str) -> list[tuple[str, str]]:
    """Return the channels that are entered so."""
    english = language().startswith("en")
    found = rules().channels(day_of(now)).values()
    return [(one.id, one.en if english else one.zh) for one in found if one.intake in intakes]


def too_many(request: PageRequest, what: str, most: int, seconds: int) -> bool:
    """Count what an address asks for; tell whether it was too much for the time."""
    return limits.too_many(f"complaints:{what}", address_of(request), most, seconds, now=request.as_of.now)
