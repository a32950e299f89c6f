"""The page of the money for the tasks (资金)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lantian.apps.plans.models import Task
from lantian.apps.plans.selectors.money import money_page
from lantian.apps.plans.selectors.standing import board
from lantian.apps.plans.views.today import today
from lantian.apps.ui.page import PageRequest


@require_GET
def money(request: PageRequest) -> HttpResponse:
    """Show budgets, what was passed down and paid, by task, source and year, and what a unit of result cost."""
    day = today(request)
    asked = request.GET.get("year", "")
    page = money_page(board(day), request.user, int(asked) if asked.isdecimal() and len(asked) == 4 else 0)
    context = {"page": page, "day": day, "synthetic": Task.objects.filter(synthetic=True).exists()}
    return render(request, "plans/money.html", context)
