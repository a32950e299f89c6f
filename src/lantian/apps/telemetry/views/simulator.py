"""The control page of the simulated devices, in a demonstration only."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lantian.apps.audit.services import record
from lantian.apps.telemetry.models import Device
from lantian.apps.telemetry.simulation import GROUPS, simulator_page, wish_start, wish_stop
from lantian.apps.telemetry.views.network import actor, attempt, may_write
from lantian.apps.ui.page import PageRequest
from lantian.gateway.simulators.faults import KINDS
from lantian.gateway.simulators.truth import Records
from lantian.policy.reader import load_pack


@require_http_methods(["GET", "POST"])
def simulator(request: PageRequest) -> HttpResponse:
    """Show what the simulated district does and what was injected; start or stop a fault."""
    if not settings.DEMO:
        raise Http404
    records = Records(Path(settings.DATA_DIR))
    problems = _wish(request, records) if request.method == "POST" else []
    if request.method == "POST" and not problems:
        return redirect("telemetry:simulator")
    context = {
        "page": simulator_page(records, load_pack(settings.PACK), now=request.as_of.now),
        "problems": problems,
        "devices": Device.objects.filter(synthetic=True),
        "kinds": [(GROUPS[group], [kind for kind in KINDS.values() if kind.group == group]) for group in GROUPS],
        "asked": request.POST,
        "may_write": may_write(request, "telemetry:simulator"),
    }
    return render(request, "telemetry/simulator.html", context, status=400 if problems else 200)


def _wish(request: PageRequest, records: Records) -> list[str]:
    """Hand a wish to the simulation; return what stands against it."""
    at, asked = request.as_of.now, request.POST
    if asked.get("stop"):
        return attempt(
            request, None, lambda: wish_stop(records, fault_id=asked["stop"], at=at), _("已要求停止，数秒内生效。")
        )
    minutes = asked.get("minutes", "")

    def start() -> None:
        wish_start(
            records,
            fault=asked.get("fault", ""),
            device=asked.get("device", ""),
            minutes=int(minutes) if minutes.isdecimal() and len(minutes) < 6 else 0,
            at=at,
        )
        detail = {"fault": asked.get("fault"), "device": asked.get("device"), "minutes": minutes}
        record("simulation.fault-wished", subject=None, actor=actor(request), at=at, detail=detail)

    return attempt(request, None, start, _("已要求注入，数秒内生效。"))
