"""Whether the process is alive (/healthz), and whether it can serve (/readyz)."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

Check = Callable[[], str | None]


def _database() -> str | None:
    connection.ensure_connection()
    return None


CHECKS: dict[str, Check] = {"database": _database}


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process can."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Run every check; 503 names those that fail."""
    found = {name: _outcome(check) for name, check in CHECKS.items()}
    ready = all(answer == "ok" for answer in found.values())
    return JsonResponse({"ready": ready, "checks": found}, status=200 if ready else 503)


def _outcome(check: Check) -> str:
    try:
        return check() or "ok"
    except Exception as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
