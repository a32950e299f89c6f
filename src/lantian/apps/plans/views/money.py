"""The page of the money for the tasks (资金), and its workbook."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.rights import may
from lantian.apps.ledger.services.attachments import LARGEST
from lantian.apps.plans.models import Task
from lantian.apps.plans.rules import rules
from lantian.apps.plans.selectors.money import money_page
from lantian.apps.plans.selectors.standing import board
from lantian.apps.plans.services.money_sheet import bring_sheet, write_sheet
from lantian.apps.plans.views.acting import acting, language, said
from lantian.apps.plans.views.tasks import XLSX
from lantian.apps.plans.views.today import today
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError


@require_GET
def money(request: PageRequest) -> HttpResponse:
    """Show budgets, what was passed down and paid, by task, source and year, and what a unit of result cost."""
    day = today(request)
    asked = request.GET.get("year", "")
    found = board(day, request.as_of.known_at)
    page = money_page(found, request.user, int(asked) if asked.isdecimal() and len(asked) == 4 else 0)
    context = {
        "page": page,
        "day": day,
        "money_rule": rules().money,
        "may_import": request.as_of.live and may(request.user, "plans:money-import", "POST"),
        "synthetic": found.synthetic,
    }
    return render(request, "plans/money.html", context)


@require_GET
def sheet(request: PageRequest) -> HttpResponse:
    """Send all lines that the reader may see as a workbook that can be brought back."""
    seen = list(Task.objects.visible_to(request.user).values_list("pk", flat=True))
    answer = HttpResponse(write_sheet(seen, language()), content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="money-{today(request)}.xlsx"'
    return answer


@require_POST
def bring(request: PageRequest) -> HttpResponse:
    """Bring a workbook back; all of it, or nothing with what is wrong row by row."""
    file = request.FILES.get("file")
    if file is None or not file.size or file.size > LARGEST:
        messages.error(request, _("请选择不超过 20 MB 的 .xlsx 文件。"))
        return redirect("plans:money")
    try:
        entered = bring_sheet(file.read(), by=acting(request), at=request.as_of.now)
    except LantianError as error:
        messages.error(request, said(error))
    else:
        messages.success(request, ngettext("已登记 %(n)s 笔变动。", "已登记 %(n)s 笔变动。", entered) % {"n": entered})
    return redirect("plans:money")
