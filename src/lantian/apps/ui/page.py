"""The request as our views see it, after all middleware."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from lantian.apps.ui.as_of import AsOf


class PageRequest(HttpRequest):
    """A request with its moment and htmx's headers; use it as the type of a view's first argument."""

    as_of: AsOf
    htmx: HtmxDetails
