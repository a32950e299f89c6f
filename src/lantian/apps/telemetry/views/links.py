"""The link board and its workbook, the reconciliation with platforms above, commands of all devices."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lantian.apps.telemetry.exports import XLSX, Sheet, attachment, workbook
from lantian.apps.telemetry.forms_network import BoardForm
from lantian.apps.telemetry.models import Command, PushDay, PushTarget
from lantian.apps.telemetry.network import STANDING_WORDS, Standing, kind_name
from lantian.apps.telemetry.pages.board import GROUPS, LIMITED, SPANS, Board, BoardLine, board
from lantian.apps.telemetry.pages.device import command_rows
from lantian.apps.telemetry.services import cancel_command
from lantian.apps.telemetry.views.network import actor, attempt, language, may_write
from lantian.apps.ui.page import PageRequest
from lantian.kernel.errors import Text
from lantian.kernel.instants import BEIJING, day_of

PUSH_DAYS = 14
SHOWN_COMMANDS = 200
SPAN_WORDS = {"24": Text("24 小时", "24 h"), "168": Text("7 天", "7 d"), "720": Text("30 天", "30 d")}
HEADS: Sequence[tuple[str, Text, str, str]] = (
    ("online", Text("在线", "On-line"), "", ""),
    ("completeness", Text("完整率", "Complete"), "%", ""),
    ("transmission", Text("传输有效率", "Transmission"), "%", ""),
    ("late", Text("迟到", "Late"), "", "p2"),
    ("delay", Text("平均时延", "Delay"), "s", ""),
    ("offset", Text("时钟偏差", "Clock offset"), "s", ""),
    ("bad", Text("错误报文", "Bad frames"), "%", ""),
)


@require_GET
def links(request: PageRequest) -> HttpResponse:
    """Show the board."""
    page = board(request.user, BoardForm(request.GET).query, request.as_of.now)
    context = {
        "page": page,
        "rows": page.rows[:LIMITED],
        "more": max(len(page.rows) - LIMITED, 0),
        "groups": GROUPS,
        "spans": [(name, SPAN_WORDS[name]) for name in SPANS],
        "states": [(state.value, STANDING_WORDS[state]) for state in (Standing.ONLINE, Standing.OFFLINE)],
        "heads": [_head(page, *head) for head in HEADS],
    }
    return render(request, "telemetry/links.html", context)


def _head(page: Board, key: str, label: Text, unit: str, classes: str) -> dict[str, Any]:
    sort = page.query.sort
    return {
        "key": key, "label": label, "unit": unit, "classes": classes, "sorted": sort.removeprefix("-") == key,
        "down": sort.startswith("-"), "next": f"-{key}" if sort == key else key,
    }  # fmt: skip


@require_GET
def links_export(request: PageRequest) -> HttpResponse:
    """Send the board as a workbook, all rows."""
    page = board(request.user, BoardForm(request.GET).query, request.as_of.now)
    said = language()
    heads = [Text("名称", "Name"), Text("编号", "id"), Text("类别", "Kind"), Text("设备数", "Devices"),
             Text("在线", "On-line"), Text("应收时段", "Due"), Text("实收时段", "Received"),
             Text("有效时段", "Valid"), Text("完整率 %", "Complete %"), Text("传输有效率 %", "Transmission %"),
             Text("迟到", "Late"), Text("平均时延 s", "Delay s"), Text("时钟偏差 s", "Clock offset s"),
             Text("报文", "Frames"), Text("错误报文", "Bad frames")]  # fmt: skip
    facts = [
        (Text("起", "From"), f"{page.start.astimezone(BEIJING):%Y-%m-%d %H:%M}"),
        (Text("止", "To"), f"{page.end.astimezone(BEIJING):%Y-%m-%d %H:%M}"),
        (Text("导出时间", "Exported"), f"{request.as_of.now.astimezone(BEIJING):%Y-%m-%d %H:%M}"),
    ]
    title = Text("联网质量", "Link quality")
    rows = [_cells(row, said) for row in page.rows]
    sheet = Sheet(title, title, facts, [head.in_language(said) for head in heads], rows)
    return attachment(workbook([sheet], said), "links.xlsx", XLSX)


def _cells(row: BoardLine, said: str) -> list[Any]:
    quality = row.quality
    return [
        row.name.in_language(said), row.id, row.note.in_language(said), row.devices, row.online, quality.due,
        quality.received, quality.valid, quality.completeness, quality.transmission, quality.late,
        _rounded(quality.mean_delay_s), _rounded(quality.mean_offset_s), quality.frames, quality.bad,
    ]  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


@require_GET
def push(request: PageRequest) -> HttpResponse:
    """Show the platforms above and the reconciliation day by day."""
    targets = list(PushTarget.objects.visible_to(request.user))
    since = day_of(request.as_of.now) - timedelta(days=PUSH_DAYS - 1)
    days = PushDay.objects.visible_to(request.user).filter(day__gte=since).select_related("target")
    rows = [_push_row(day) for day in days]
    context = {"targets": [_target(one, rows) for one in targets], "rows": rows, "days": PUSH_DAYS}
    return render(request, "telemetry/push.html", context)


def _push_row(day: PushDay) -> dict[str, Any]:
    missing = max(day.due - day.confirmed - day.refused, 0)
    return {
        "day": day,
        "kind": kind_name(day.kind),
        "missing": missing,
        "share": day.confirmed / day.due if day.due else None,
        "delay_s": day.delay_s / day.confirmed if day.confirmed else None,
    }


def _target(target: PushTarget, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    own = [row["day"] for row in rows if row["day"].target_id == target.pk]
    due, confirmed = sum(day.due for day in own), sum(day.confirmed for day in own)
    return {
        "target": target,
        "error": Text(target.error_zh, target.error_en or target.error_zh),
        "kinds": [kind_name(kind) for kind in target.kinds],
        "due": due,
        "confirmed": confirmed,
        "refused": sum(day.refused for day in own),
        "share": confirmed / due if due else None,
    }


@require_http_methods(["GET", "POST"])
def commands(request: PageRequest) -> HttpResponse:
    """Show the commands of all devices, or take back one that was not sent."""
    problems: list[str] = []
    if request.method == "POST":
        command = get_object_or_404(Command, pk=request.POST.get("command", "0"))
        problems = attempt(
            request,
            None,
            lambda: cancel_command(command, by=actor(request), at=request.as_of.now),
            _("命令已撤销。"),
        )
        if not problems:
            return redirect("telemetry:commands")
    state = request.GET.get("state", "")
    found = Command.objects.visible_to(request.user).select_related("device", "by")
    wanted = found.filter(state=state) if state in Command.State.values else found
    context = {
        "commands": command_rows(list(wanted[:SHOWN_COMMANDS])),
        "states": Command.State.choices,
        "state": state,
        "problems": problems,
        "may_write": may_write(request, "telemetry:commands"),
    }
    return render(request, "telemetry/commands.html", context, status=400 if problems else 200)
