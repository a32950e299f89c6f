"""Pages of the quarterly review: its slides, the same for the screen of the meeting and as PDF, and its decisions."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.accounts.rights import may
from lantian.apps.assessment import rules
from lantian.apps.assessment.selectors.weekly import language
from lantian.apps.assessment.services.reviews import Decided, Review, ReviewError, decide, review_of
from lantian.apps.assessment.views.weekly import any_period_in, moment_of
from lantian.apps.ui.days import BoundedDayField
from lantian.apps.ui.official.slides import slides_data, slides_pdf
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError, Text
from lantian.kernel.periods import Period


def _quarter(text: str) -> Period:
    period = any_period_in(text)
    if period.span != "quarter":
        raise Http404(text)
    return period


def _review(request: PageRequest, period: Period) -> Review:
    try:
        return review_of(period, moment_of(request), request.user)
    except rules.NoBulletin as error:
        raise Http404(error.text.en) from error


@require_GET
def latest(request: PageRequest) -> HttpResponse:
    """Go to the last quarter that is over."""
    period = Period.last_ended("quarter", moment_of(request))
    answer = redirect("assessment:review", period=str(period))
    answer["Location"] += request.as_of.query
    return answer


@require_GET
def review(request: PageRequest, period: str) -> HttpResponse:
    """Show the slides of a quarter, and what was decided."""
    quarter = _quarter(period)
    found = _review(request, quarter)
    context = {
        "period": quarter,
        "review": found,
        "deck": slides_data(found.deck),
        "may_decide": may(request.user, "assessment:review-decide", "POST"),
        "following": quarter.following if quarter.following.start <= moment_of(request) else None,
    }
    if "show" in request.GET:
        return render(request, "assessment/review_show.html", context)
    leads = Organisation.objects.exclude(kind__in=["enterprise", "collective"]).order_by("name_zh")
    return render(request, "assessment/review.html", context | {"leads": leads})


@require_GET
def pdf(request: PageRequest, period: str) -> HttpResponse:
    """Give the slides as PDF, one a landscape page."""
    quarter = _quarter(period)
    answer = HttpResponse(slides_pdf(_review(request, quarter).deck), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="review-{quarter}.pdf"'
    return answer


@require_POST
def decision(request: PageRequest, period: str) -> HttpResponse:
    """Take a decision of the meeting into work."""
    quarter = _quarter(period)
    assert isinstance(request.user, Person)
    try:
        due = _day(request.POST.get("due", "").strip())
        given = Decided(request.POST.get("text", ""), request.POST.get("lead", ""), due)
        task = decide(quarter, given, by=request.user, at=request.as_of.now)
    except LantianError as error:
        messages.error(request, error.text.in_language(language()))
    else:
        messages.success(request, _("已列入任务台账：%(number)s") % {"number": task.number})
    return redirect("assessment:review", period=str(quarter))


def _day(text: str) -> date | None:
    try:
        day: date | None = BoundedDayField(required=False, input_formats=["%Y-%m-%d"]).clean(text)
    except ValidationError as error:
        raise ReviewError(
            Text(
                f"完成期限应是 2026-03-01 这样的日期，读到“{text}”。",
                f"Expected a due date such as 2026-03-01; got “{text}”.",
            )
        ) from error
    return day
