"""How views say what came of an act (回话)."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from lantian.apps.accounts.models import Organisation
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError
from lantian.policy.records_ledger import CredentialKind


def attempt(request: PageRequest, doing: Callable[[], object], done: str) -> bool:
    """Do something and say so; a refusal is said instead, in the reader's language."""
    try:
        doing()
    except LantianError as error:
        messages.error(request, error.text.in_language(get_language() or "zh-hans"))
        return False
    messages.success(request, done)
    return True


def first_error(form: forms.Form) -> str:
    """Return the first thing that is wrong with a form."""
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else ""
    return f"{label or name}: {errors[0]}"


def not_issuer(request: PageRequest, kind: CredentialKind) -> HttpResponse:
    """Answer somebody who does not issue credentials of a kind: who does."""
    issuer = Organisation.objects.filter(pk=kind.issuer).first()
    context = {"kind": kind, "issuer": issuer.name if issuer else kind.issuer}
    return render(request, "ledger/credential_refused.html", context, status=403)
