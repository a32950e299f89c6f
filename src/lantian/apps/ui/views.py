"""The shell's own pages."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lantian.apps.ui.page import PageRequest


@require_GET
def components(request: PageRequest) -> HttpResponse:
    """Show every component in both languages and themes (部件页)."""
    return render(request, "ui/kit.html")
