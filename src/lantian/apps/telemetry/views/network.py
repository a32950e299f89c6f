"""What the network's views share: problems in words, whether a person may write, redirects that say what was done."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.utils.translation import get_language

from lantian.apps.accounts.models import Person
from lantian.apps.accounts.rights import may
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError


def language() -> str:
    """Return the page's language."""
    return get_language() or "zh-hans"


def may_write(request: PageRequest, view: str) -> bool:
    """Tell whether the reader's posts may post to a view."""
    return may(request.user, view, "POST")


def actor(request: PageRequest) -> Person:
    """Return who is signed in; the rights middleware lets nobody else come here."""
    return request.user  # type: ignore[return-value]


def attempt(request: PageRequest, form: forms.Form | None, act: Callable[[], Any], done: str) -> list[str]:
    """Do what a form asks; return what stands against it, nothing when it is done and the reader was told so."""
    if form is not None and not form.is_valid():
        return [str(problem) for problems in form.errors.values() for problem in problems]
    try:
        act()
    except LantianError as error:
        return [error.text.in_language(language())]
    messages.success(request, done)
    return []
