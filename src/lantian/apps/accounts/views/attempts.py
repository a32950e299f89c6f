"""What the pages share: do what a form asks, and say what stands against it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.utils.translation import get_language

from lantian.apps.accounts.models import Person
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError


def reader(request: PageRequest) -> Person:
    """Return who is signed in; the rights middleware lets nobody else come here."""
    return request.user  # type: ignore[return-value]


def attempt(request: PageRequest, form: forms.BaseForm | None, act: Callable[[], Any], done: str = "") -> bool:
    """Do it; True when done. What stands against it becomes an error of the form, or a message without one."""
    if form is not None and not form.is_valid():
        return False
    try:
        act()
    except LantianError as error:
        said = error.text.in_language(get_language() or "zh-hans")
        messages.error(request, said) if form is None else form.add_error(None, said)
        return False
    if done:
        messages.success(request, done)
    return True
