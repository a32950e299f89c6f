"""Whether the process is alive (/healthz), and whether it can serve (/readyz)."""

import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from lantian.apps.telemetry.air import lake_at
from lantian.kernel.errors import LantianError, Text
from lantian.policy.reader import load_pack
from lantian.project.jobs import heartbeat_file

HEARTBEAT_MAY_BE_S = 150


class NotReady(LantianError):
    """A part is missing or asleep."""


def database() -> None:
    """The records answer, and every migration is applied."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        count = len(waiting)
        raise NotReady(Text(f"有 {count} 项迁移未执行", f"migrations not applied: {count}"))


def lake() -> None:
    """The lake's tables can be opened."""
    lake_at(settings.LAKE_URL).coverage()


def pack() -> None:
    """The policy pack reads without a mistake."""
    load_pack(settings.PACK)


def worker() -> None:
    """The worker ran a job within the last minutes."""
    file: Path = heartbeat_file()
    if not file.exists() or time.time() - file.stat().st_mtime > HEARTBEAT_MAY_BE_S:
        raise NotReady(Text("后台任务进程没有心跳", "the worker gives no sign of life"))


CHECKS: dict[str, Callable[[], None]] = {"database": database, "lake": lake, "pack": pack, "worker": worker}


@login_not_required
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer as long as the process can."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def readyz(_request: HttpRequest) -> HttpResponse:
    """Run every check; 503 names those that fail."""
    found = {name: outcome(check) for name, check in CHECKS.items()}
    ready = all(answer == "ok" for answer in found.values())
    return JsonResponse({"ready": ready, "checks": found}, status=200 if ready else 503)


def outcome(check: Callable[[], None]) -> str:
    """Return ok, or what a check found, without paths or addresses that a stranger need not know."""
    try:
        check()
    except LantianError as error:
        return error.text.en
    except Exception as error:
        return type(error).__name__
    return "ok"
