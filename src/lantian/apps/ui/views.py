"""The shell's own pages."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lantian.apps.ui.kit import examples
from lantian.apps.ui.page import PageRequest


@require_GET
def components(request: PageRequest) -> HttpResponse:
    """Show every component in both themes, in the language of the page (部件页)."""
    theme = "wall" if request.GET.get("theme") == "wall" else "office"
    return render(request, "ui/kit.html", {**examples(request.as_of.now), "theme": theme})
