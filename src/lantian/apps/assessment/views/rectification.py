"""The rectification ledger: list, map, workbook and print."""

from datetime import datetime
from urllib.parse import quote

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lantian.apps.accounts.models import Area, Organisation, Person
from lantian.apps.accounts.scope import scope_of
from lantian.apps.assessment.models import Problem
from lantian.apps.assessment.models.rectification import ProblemQuerySet
from lantian.apps.assessment.rectification_forms import LedgerForm
from lantian.apps.assessment.rectifying import keeps, rule, sources
from lantian.apps.assessment.selectors import rectification as reads
from lantian.apps.assessment.selectors.rectification_export import printed_ledger, workbook
from lantian.apps.audit.services import record as record_audit
from lantian.apps.ui.official.pdf import to_pdf
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError
from lantian.kernel.instants import day_of

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def moment_of(request: PageRequest) -> datetime:
    """Return the moment that the page shows."""
    return request.as_of.now if request.as_of.live else request.as_of.instant


def acting(request: PageRequest) -> Person:
    """Return the signed-in person; the rights let nobody else come here."""
    assert isinstance(request.user, Person)
    return request.user


def language() -> str:
    """Return the reader's language."""
    return get_language() or "zh-hans"


def said(error: LantianError) -> str:
    """Return an error in the reader's language."""
    return error.text.in_language(language())


def seen_by(request: PageRequest) -> ProblemQuerySet:
    """Return the problems that the reader may see, entered up to the page's moment."""
    found = Problem.objects.visible_to(request.user)
    return found if request.as_of.live else found.filter(case__opened_at__lte=moment_of(request))


@require_GET
def ledger(request: PageRequest) -> HttpResponse:
    """List the problems with their lamps, and each list with its progress."""
    now = moment_of(request)
    context = {
        "page": reads.ledger(seen_by(request), LedgerForm(request.GET).query, now),
        "moment": now,
        "rule": rule(day_of(now)),
        "sources": sources(day_of(now)).values(),
        "areas": Area.objects.of_kind("street").defer("geometry").order_by("order", "code"),
        "keeps": keeps(request.user, day_of(now)),
        "map_facts": _map_facts(request),
        "asked": request.GET.urlencode(),
    }
    return render(request, "assessment/rectification.html", context)


def _map_facts(request: PageRequest) -> dict[str, object]:
    asked = request.GET.copy()
    for name in ("passed", "tab"):
        asked.pop(name, None)
    return {
        "ground": reverse("ledger:ground"),
        "data": f"{reverse('assessment:rectification-map')}?{asked.urlencode()}",
        "one": reverse("assessment:problem", args=["-"]),
        "texts": {
            "shown": _("图上 {n} 个"),
            "more": _("图上为前 {n} 个，请用条件缩小范围"),
            "none": _("没有可定位的问题"),
        },
    }


@require_GET
def map_data(request: PageRequest) -> HttpResponse:
    """Return the problems of the list as marks."""
    return JsonResponse(reads.marks(seen_by(request), LedgerForm(request.GET).query, moment_of(request)))


@require_GET
def export(request: PageRequest) -> HttpResponse:
    """Give the problems that are asked for as a workbook."""
    now, found = (
        moment_of(request),
        reads.asked_for(seen_by(request), LedgerForm(request.GET).query, moment_of(request)),
    )
    content = workbook(found, language(), now, acting(request))
    record_audit(
        "rectification.export", subject=None, actor=acting(request), at=request.as_of.now,
        detail={"rows": found.count()},
    )  # fmt: skip
    return download(content, SHEET, f"{_('督察整改台账')}.xlsx")


@require_GET
def printed(request: PageRequest) -> HttpResponse:
    """Give the problems that are asked for as a paper to print."""
    now = moment_of(request)
    found = reads.asked_for(seen_by(request), LedgerForm(request.GET).query, now)
    return download(
        to_pdf(printed_ledger(found, now, _office(request))), "application/pdf", "督察整改台账.pdf", inline=True
    )


def _office(request: PageRequest) -> str:
    """Whose print it is: the reader's first organisation, else the office that keeps the ledger."""
    codes = list(scope_of(request.user).organisations) or list(rule(day_of(moment_of(request))).offices[:1])
    office = Organisation.objects.filter(pk__in=codes).order_by("code").first()
    return office.paper_name if office else ""


def download(content: bytes, media: str, name: str, *, inline: bool = False) -> HttpResponse:
    """Send a file under a name that may be Chinese."""
    kind = "inline" if inline else "attachment"
    headers = {
        "Content-Disposition": f"{kind}; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=media, headers=headers)
