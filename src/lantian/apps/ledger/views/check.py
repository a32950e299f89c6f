"""The public check page that a QR code leads to (公开核验): no sign-in, public facts and the standing alone."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lantian.apps.accounts.services.limits import too_many
from lantian.apps.accounts.services.sessions import address_of
from lantian.apps.ledger.kinds import credential_kinds
from lantian.apps.ledger.models import Credential
from lantian.apps.ledger.pages import credentials as pages
from lantian.apps.ledger.services.credentials import standing
from lantian.apps.ledger.views.asked import today
from lantian.apps.ui.page import PageRequest

A_MINUTE = 60
MOST_A_MINUTE = 60
"""Checks from one address in a minute; tokens cannot be guessed, this keeps machines from trying."""


@login_not_required
@never_cache
@require_GET
def check(request: PageRequest, token: str) -> HttpResponse:
    """Show what everybody may know of a credential, or that there is none of this code."""
    if too_many("check", address_of(request), MOST_A_MINUTE, A_MINUTE, now=request.as_of.now):
        response = render(request, "ledger/check.html", {"busy": True}, status=429)
        response.headers["Retry-After"] = str(A_MINUTE)
        return response
    whole = Credential.objects.filter(token=token, kind__in=list(credential_kinds())).exclude(number="")
    found = whole.select_related("source", "issuer").first()
    if found is None:
        return render(request, "ledger/check.html", {"missing": True}, status=404)
    on = today(request)
    context = {"line": pages.line_of(found, on), "one": found, "on": on, "facts": pages.public_facts(found),
               "validity": pages.validity(found), "holds": standing(found, on) == "valid"}  # fmt: skip
    return render(request, "ledger/check.html", context)
