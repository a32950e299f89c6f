"""What a request brings: which scheme, as of when; to an act who, which revision, a file; and how its end is said."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantian.apps.accounts.models import Person
from lantian.apps.assessment import rules
from lantian.apps.assessment.services.schemes.acts import Acting
from lantian.apps.assessment.views.numbers import whole
from lantian.apps.ledger.services.attachments import LARGEST, Sent
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError
from lantian.policy.assessments import Term, scheme_named, term_named, term_of
from lantian.policy.records_assessment import AssessmentSchemeRecord


def moment_of(request: PageRequest) -> datetime:
    """Return the moment that the page shows, with nothing of it known later."""
    return request.as_of.known_by


def acting(request: PageRequest) -> Acting:
    """Return who acts."""
    assert isinstance(request.user, Person)
    return Acting(request.user, request.as_of.now, whole(request.POST.get("revision", "")))


def sent_file(request: HttpRequest) -> Sent | None:
    """Return the file that was sent, none where there is none; what is too large is cut, and so refused later."""
    file = request.FILES.get("file")
    return Sent(file.name or "file", file.read(LARGEST + 1)) if file else None


def said(request: PageRequest, doing: Callable[[], object], done: str = "") -> bool:
    """Do something; say how it ended, in the reader's language."""
    try:
        doing()
    except LantianError as error:
        messages.error(request, error.text.in_language(get_language() or "zh-hans"))
        return False
    messages.success(request, done or _("已记录。"))
    return True


def asked(request: PageRequest, scheme: str, term: str) -> tuple[AssessmentSchemeRecord, Term]:
    """Return the scheme and term of an address; anything else is no page."""
    try:
        record = scheme_named(rules.pack(), scheme, term_named(term).judged_on(moment_of(request)))
        return record, term_of(record, term)
    except LantianError as error:
        raise Http404(error.text.en) from error
