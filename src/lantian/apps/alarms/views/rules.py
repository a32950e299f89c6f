"""The rules of the pack in words, the board of their precision, and decisions about them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.apps.accounts.rights import may
from lantian.apps.alarms.forms import DecisionForm
from lantian.apps.alarms.models import Alarm, RuleDecision
from lantian.apps.alarms.selectors.precision import board, policy_on, sorted_for_decision
from lantian.apps.alarms.selectors.rule_words import rule_lines
from lantian.apps.alarms.selectors.truth import recall_table
from lantian.apps.alarms.selectors.words import words
from lantian.apps.alarms.services import decide_rule
from lantian.apps.alarms.views.listing import acting, moment_of
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import LantianError
from lantian.kernel.instants import day_of


@require_GET
def rules(request: PageRequest) -> HttpResponse:
    """Show every rule in force: what it asks, where it is written, how sure it is, how it does."""
    moment, said = moment_of(request), words()
    lines = rule_lines(board(Alarm.objects.visible_to(request.user), said, moment), said, day_of(moment))
    context = {"lines": lines, "asked": request.GET.get("rule", ""), "day": day_of(moment)}
    return render(request, "alarms/rules.html", context)


@require_GET
def precision(request: PageRequest) -> HttpResponse:
    """Show what became of the alarms of each rule, and what is to be decided."""
    moment, said = moment_of(request), words()
    lines = sorted_for_decision(board(Alarm.objects.visible_to(request.user), said, moment))
    context = {
        "lines": [line for line in lines if line.any],
        "silent": [line for line in lines if not line.any],
        "policy": policy_on(said, moment),
        "outcomes": Alarm.Outcome.labels,
        "decisions": RuleDecision.objects.visible_to(request.user).select_related("by")[:20],
        "names": {rule: editions[-1] for rule, editions in said.rules.items()},
        "may_decide": may(request.user, "alarms:decide", "POST"),
        "modes": RuleDecision.Mode.choices,
        "recall": recall_table(Alarm.objects.visible_to(request.user)),
    }
    return render(request, "alarms/precision.html", context)


@require_POST
def decide(request: PageRequest, rule: str) -> HttpResponse:
    """Record a decision about a rule, with the numbers it rests on."""
    said = words()
    line = next(iter(board(Alarm.objects.visible_to(request.user), said, request.as_of.now, rule=rule)), None)
    if line is None:
        raise Http404
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明决定和理由。"))
        return redirect("alarms:precision")
    read = form.cleaned_data
    try:
        decide_rule(
            rule, mode=read["mode"], reason=read["reason"], by=acting(request), at=request.as_of.now, on=line.share
        )
    except LantianError as error:
        messages.error(request, error.text.in_language(get_language() or "zh-hans"))
    else:
        messages.success(request, _("决定已记录，下一次巡检起生效。"))
    return redirect("alarms:precision")
