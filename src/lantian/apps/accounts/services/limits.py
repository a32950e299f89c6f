"""How often somebody may ask for what is open to all (限频), counted in the record store for all processes."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from lantian.apps.accounts.models import Asked


def too_many(what: str, address: str, most: int, seconds: int, *, now: datetime) -> bool:
    """Count what an address asks for; tell whether it is more than ``most`` within the time since it began."""
    key = salted_hmac("asked", f"{what}|{address}", algorithm="sha256").hexdigest()
    running = Asked.objects.filter(key=key, until__gt=now)
    if not running.update(count=F("count") + 1):
        _begin(key, now + timedelta(seconds=seconds), now)
    return bool(running.filter(count__gt=most).exists())


def _begin(key: str, until: datetime, now: datetime) -> None:
    """Begin to count anew, and forget what is over; of two who begin at once, the second adds to the first."""
    with transaction.atomic():
        Asked.objects.filter(until__lte=now).delete()
    try:
        with transaction.atomic():
            Asked.objects.create(key=key, count=1, until=until)
    except IntegrityError:
        Asked.objects.filter(key=key).update(count=F("count") + 1)
