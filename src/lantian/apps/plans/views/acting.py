"""What the views of a plan's text share: who acts, the pack, and how an error is said."""

from django.conf import settings
from django.utils.translation import get_language

from lantian.apps.accounts.models import Person
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack


def acting(request: PageRequest) -> Person:
    """Return the signed-in person; the rights let nobody else come here."""
    assert isinstance(request.user, Person)
    return request.user


def language() -> str:
    """Return the language of the page."""
    return get_language() or "zh-hans"


def said(error: LantianError) -> str:
    """Return an error in the reader's language."""
    return error.text.in_language(language())


def the_pack() -> Pack:
    """Return the pack in use."""
    return load_pack(settings.PACK)
