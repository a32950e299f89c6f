"""What all views of the ledgers begin with: the kind, the entry as the reader may see it, the day and the person."""

from datetime import date

from django.http import Http404

from lantian.apps.accounts.models import Person
from lantian.apps.ledger.kinds import kinds
from lantian.apps.ledger.models import Source
from lantian.apps.ui.page import PageRequest
from lantian.kernel.instants import BEIJING
from lantian.policy.records_ledger import Kind


def kind_or_404(name: str) -> Kind:
    """Return a ledger of the pack; 404 when there is none."""
    found = kinds().get(name)
    if found is None:
        raise Http404
    return found


def source_or_404(request: PageRequest, kind: str, code: str) -> Source:
    """Return an entry that the reader may see; 404 hides the others as if they were not there."""
    visible = (
        Source.objects.visible_to(request.user)
        .of_kind(kind)
        .select_related("area", "owner", "trade", "grid_owner", "parent", "merged_into")
    )
    key = code[1:] if code.startswith("~") else ""
    found = visible.filter(pk=int(key)) if key.isdecimal() else visible.filter(code=code)
    source = found.first()
    if source is None:
        raise Http404
    return source


def acting(request: PageRequest) -> Person:
    """Return the signed-in person; the rights let nobody else come here."""
    assert isinstance(request.user, Person)
    return request.user


def today(request: PageRequest) -> date:
    """Return the day on which duties and figures stand, Beijing's."""
    return request.as_of.now.astimezone(BEIJING).date()
