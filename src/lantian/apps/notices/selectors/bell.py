"""The bell of the shell: how many notices a reader has not read. One question; none where nobody is signed in."""

from django.http import HttpRequest

from lantian.apps.accounts.models import Person
from lantian.apps.notices.models import Notice


def unread(request: HttpRequest) -> int:
    """Return how many notices the reader has not read."""
    return Notice.objects.of(request.user).unread().count() if isinstance(request.user, Person) else 0
