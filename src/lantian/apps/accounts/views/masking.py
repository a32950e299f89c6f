"""Show one masked value in full, on record."""

from django.http import Http404, HttpResponse
from django.utils.html import escape
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lantian.apps.accounts import masking
from lantian.apps.ui.page import PageRequest


@never_cache
@require_POST
def unmask(request: PageRequest, model: str, key: str, name: str) -> HttpResponse:
    """Answer with the plain value of a field that the reader may see; who read it is written down."""
    reason = request.POST.get("reason", "")
    value = masking.unmask(request.user, model, key, name, at=request.as_of.now, reason=reason)
    if value is None:
        raise Http404
    if request.htmx:  # it takes the place of the masked value in the page
        return HttpResponse(escape(value))
    return HttpResponse(value, content_type="text/plain; charset=utf-8")
