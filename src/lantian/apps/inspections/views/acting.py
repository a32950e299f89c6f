"""What the inspections' views share: who acts, the page's moment, and how an error is said."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantian.apps.accounts.models import Person
from lantian.apps.inspections.models import Inspection
from lantian.apps.inspections.models.inspections import InspectionQuerySet
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError


def acting(request: PageRequest) -> Person:
    """Return the signed-in person; the rights let nobody else come here."""
    assert isinstance(request.user, Person)
    return request.user


def moment_of(request: PageRequest) -> datetime:
    """Return the moment that the page shows."""
    return request.as_of.now if request.as_of.live else request.as_of.instant


def seen_by(request: PageRequest) -> InspectionQuerySet:
    """Return the inspections that the reader may see, made up to the page's moment."""
    return Inspection.objects.visible_to(request.user).filter(began_at__lte=moment_of(request))


def said(error: LantianError) -> str:
    """Return an error in the reader's language."""
    return error.text.in_language(get_language() or "zh-hans")


def attempt(request: PageRequest, doing: Callable[[], Any]) -> Any:
    """Do something and say that it was done; say the error and return None where it was refused."""
    try:
        done = doing()
    except LantianError as error:
        messages.error(request, said(error))
        return None
    messages.success(request, _("已记录。"))
    return done


def first_error(form: forms.Form) -> str:
    """Return what is wrong with a form, with the field's name."""
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else ""
    return f"{label or name}: {errors[0]}"
