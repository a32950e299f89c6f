"""Roles × pages: every address of the project is walked, and the outcome compared with the table below."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from lantian.apps.accounts.models import Role
from lantian.apps.accounts.rights import RIGHTS, may, roles_for

# Who may read (r) and who may also change something (w). A page that is missing here fails the test.
COLUMNS = (
    "duty", "bureau", "street", "viewer", "system-admin", "security-admin", "audit-admin",
    "enforcement", "community", "enterprise",
)  # fmt: skip
TABLE = """
                            duty  bureau  street  viewer  system  security  audit  enforce  community  enterprise
accounts:areas              r     r       r       r       r       r         r         r        r        r
accounts:sign-out           rw    rw      rw      rw      rw      rw        rw         rw        rw        rw
accounts:password           rw    rw      rw      rw      rw      rw        rw         rw        rw        rw
accounts:factor             rw    rw      rw      rw      rw      rw        rw         rw        rw        rw
accounts:sessions           rw    rw      rw      rw      rw      rw        rw         rw        rw        rw
accounts:responsibility     r     r       r       r       r       -         -         r        r        -
accounts:roster             r     r       r       r       r       -         -         r        r        -
accounts:roster-*           rw    rw      rw      r       rw      -         -         rw       r        -
accounts:leave              rw    rw      rw      rw      rw      -         -         rw       rw       -
accounts:people*            -     -       -       -       rw      -         -         -        -        -
accounts:person*            -     -       -       -       rw      -         -         -        -        -
accounts:post-*             -     -       -       -       rw      -         -         -        -        -
accounts:organisation*      -     -       -       -       rw      -         -         -        -        -
accounts:place*             -     -       -       -       rw      -         -         -        -        -
accounts:security*          -     -       -       -       -       rw        -         -        -        -
audit:*                     -     -       -       -       -       -         r         -        -        -
audit:verify                -     -       -       -       -       -         w         -        -        -
accounts:unmask             w     w       w       w       w       -         -         w        w        w
notices:*                   rw    rw      rw      rw      rw      rw        rw         rw        rw        rw
notices:system              -     -       -       -       r       -         -         -        -        -
notices:channel*            -     -       -       -       rw      -         -         -        -        -
ui:components               r     r       r       r       r       r         r         r        r        r
portal:wall-network         r     r       r       r       r       -         -         r        r        -
portal:*                    r     r       r       r       r       r         r         r        r        r
plans:text-upload           rw    rw      -       -       -       -         -         -        -        -
plans:text-act              w     w       -       -       -       -         -         -        -        -
plans:text-left             w     w       -       -       -       -         -         -        -        -
plans:text-take             w     w       -       -       -       -         -         -        -        -
plans:task-act              w     w       w       -       -       -         -         w        w        -
plans:task-new              rw    rw      -       -       -       -         -         -        -        -
plans:task-take             w     w       -       -       -       -         -         -        -        -
plans:task*                 r     r       r       r       r       -         -         r        r        r
plans:department            r     r       r       r       r       -         -         r        r        -
plans:money-import          w     w       -       -       -       -         -         -        -        -
plans:money*                r     r       r       r       r       -         -         r        r        -
plans:text*                 r     r       r       r       r       -         -         r        r        -
plans:wall*                 r     r       r       r       r       -         -         r        r        -
plans:calendar*             r     r       r       r       r       -         -         r        r        -
plans:publicity             r     r       r       r       r       -         -         r        r        -
plans:capacity              r     r       r       r       r       -         -         r        r        -
plans:*                     r     r       r       r       r       r         r         r        r        r
telemetry:import*           rw    r       r       r       rw      -         -         r        r        -
telemetry:sand-dust*        rw    r       r       r       r       -         -         r        r        -
telemetry:device*           r     r       r       r       rw      -         -         r        r        -
telemetry:quarantine*       r     r       r       r       rw      -         -         r        r        -
telemetry:commands          r     r       r       r       rw      -         -         r        r        -
telemetry:camera-snapshot   rw    r       r       r       rw      -         -         r        r        -
telemetry:maintenance       rw    rw      r       r       rw      -         -         r        r        -
telemetry:simulator         rw    r       r       r       rw      -         -         r        r        -
telemetry:*                 r     r       r       r       r       -         -         r        r        -
alarms:act                  rw    rw      r       r       r       -         -         r        r        -
alarms:evidence             rw    rw      rw      rw      rw      -         -         rw       rw       -
alarms:decide               rw    r       r       r       r       -         -         r        r        -
assessment:bulletin-new     w     w       -       -       -       -         -         w        -        -
assessment:bulletin-act     w     w       -       -       -       -         -         w        -        -
assessment:ranking-order    w     w       -       -       -       -         -         w        -        -
assessment:ranking-mark     w     w       -       -       -       -         -         w        -        -
assessment:results          rw    rw      r       r       r       -         -         rw       r        -
assessment:review-decide    w     -       -       -       -       -         -         -        -        -
assessment:scheme-act       w     -       -       -       -       -         -         -        -        -
assessment:scheme-enter     w     -       -       -       -       -         -         -        -        -
assessment:veto-finding-new w     -       -       -       -       -         -         -        -        -
assessment:veto-finding-revoke w  -       -       -       -       -         -         -        -        -
assessment:assessment-appeal-answer w -   -       -       -       -         -         -        -        -
assessment:assessment-appeal-new w w      w       -       -       -         -         w        -        -
assessment:rectification-lists rw    rw      r       r       r       -         -         r        r        -
assessment:rectification-list rw    rw      r       r       r       -         -         r        r        -
assessment:rectification-import rw    rw      r       r       r       -         -         r        r        -
assessment:problem-act      w     w       w       -       -       -         -         w        w        -
assessment:accountability-enter w     w       -       -       -       -         -         -        -        -
assessment:accountability-act w     w       w       -       -       -         -         w        w        -
assessment:accountability-notice-act w     w       w       -       -       -         -         w        w        -
assessment:*                r     r       r       r       r       -         -         r        r        -
cases:act                   rw    rw      rw      r       r       -         -         rw       rw       -
cases:evidence              rw    rw      rw      r       r       -         -         rw       rw       -
cases:new                   rw    rw      rw      -       -       -         -         rw       rw       -
cases:lift                  rw    r       r       r       r       -         -         rw       r        -
cases:revoke                rw    r       r       r       r       -         -         rw       r        -
cases:measure*              rw    rw      rw      r       r       -         -         rw       rw       -
cases:paper*                rw    rw      rw      r       r       -         -         rw       rw       -
cases:*                     r     r       r       r       r       -         -         r        r        -
inspections:public*         r     r       r       r       r       r         r         r        r        r
inspections:one             r     r       r       r       r       -         -         r        r        r
inspections:photo           r     r       r       r       r       -         -         r        r        r
inspections:burden          r     r       r       r       r       -         -         r        r        r
inspections:new             rw    rw      rw      -       -       -         -         rw       rw       -
inspections:visits          rw    rw      r       r       r       -         -         rw       r        -
inspections:plan-new        rw    rw      -       -       -       -         -         rw       -        -
inspections:plan-act        w     w       -       -       -       -         -         w        -        -
inspections:campaign-new    rw    rw      -       -       -       -         -         rw       -        -
inspections:draw-new        rw    rw      -       -       -       -         -         rw       -        -
inspections:draw-run        w     w       -       -       -       -         -         w        -        -
inspections:draw-publish    w     w       -       -       -       -         -         w        -        -
inspections:draw-recusal    w     w       -       -       -       -         -         w        -        -
inspections:sample-new      rw    rw      -       -       -       -         -         rw       -        -
inspections:sample-move     w     w       -       -       -       -         -         w        -        -
inspections:sample-result   w     w       -       -       -       -         -         w        -        -
inspections:*               r     r       r       r       r       -         -         r        r        -
inspections:patrol*         rw    rw      rw      -       -       -         -         rw       rw       -
complaints:public*          r     r       r       r       r       r         r         r        r        r
complaints:act              w     w       w       -       -       -         -         -        -        -
complaints:new              rw    rw      rw      -       -       -         -         -        -        -
complaints:import*          rw    rw      -       -       -       -         -         -        -        -
complaints:reporter         w     -       -       -       -       -         -         -        -        -
complaints:pay              w     -       -       -       -       -         -         -        -        -
complaints:clients*         -     -       -       -       rw      -         -         -        -        -
complaints:*                r     r       r       r       r       -         -         r        r        -
alarms:*                    r     r       r       r       r       -         -         r        r        -
ledger:new                  rw    rw      rw      -       -       -         -     -        rw         -
ledger:edit                 rw    rw      rw      -       -       -         -     -        rw         rw
ledger:move                 rw    rw      rw      -       -       -         -     -        rw         -
ledger:merge                rw    rw      rw      -       -       -         -     -        rw         -
ledger:import*              rw    rw      rw      -       -       -         -     -        rw         rw
ledger:pick*                r     r       r       -       -       -         -     -        r          -
ledger:pick-source          r     r       r       -       r       -         -     -        r          -
ledger:attach               w     w       w       -       -       -         -     w        w          w
ledger:views*               w     w       w       w       w       -         -     w        w          w
ledger:duties               r     r       r       r       r       -         -     r        r          -
ledger:figure*              r     r       r       r       r       -         -     r        r          -
ledger:notices              rw    rw      rw      rw      rw      -         -     rw       rw         -
ledger:subscriptions        rw    rw      rw      r       r       -         -     r        rw         -
ledger:credential-new       rw    rw      -       -       -       -         -     -        -          -
ledger:credential-act       w     w       -       -       -       -         -     -        -          -
ledger:machine-file         rw    rw      -       -       -       -         -     -        -          rw
ledger:machine-review       w     w       -       -       -       -         -     -        -          -
ledger:machine-again        w     w       -       -       -       -         -     -        -          w
ledger:machine-check        rw    rw      rw      -       -       -         -     rw       rw         -
ledger:gate                 rw    rw      rw      -       -       -         -     rw       rw         rw
ledger:safety-notice        rw    rw      r       r       r       -         -     r        r          -
ledger:permit-report        w     w       -       -       -       -         -     -        -          w
ledger:registration         r     r       r       r       r       -         -     r        r          -
ledger:ratings              rw    rw      r       r       r       -         -     rw       r          -
ledger:project*             r     r       r       r       r       -         -     r        r          -
ledger:project-new          rw    rw      -       -       -       -         -     -        -          -
ledger:project-act          w     w       -       -       -       -         -     -        -          -
ledger:offsets              rw    rw      r       r       r       -         -     r        r          -
ledger:charging             r     r       r       r       r       -         -     r        r          -
ledger:*                    r     r       r       r       r       -         -     r        r          r
admin-sign-out              -     -       -       -       w       -         -         -        -        -
admin:*                     -     -       -       -       rw      -         -         -        -        -
"""
# Open to everybody: no sign-in is asked for.
OPEN = {
    "accounts:sign-in",
    "accounts:code",
    "ui:language",
    "healthz",
    "readyz",
    "admin-sign-in",
    "admin-password",
    "admin:login",
    "ledger:check",
    "cases:public-sanctions",
    "complaints:public-form",
    "complaints:public-ground",
    "complaints:public-find",
    "complaints:public-status",
    "complaints:api",
    "complaints:api-one",
    "inspections:patrol-worker",
    "inspections:patrol-manifest",
    "inspections:public-draws",
    "inspections:public-samples",
    "inspections:public-draw",
    "inspections:public-list",
    "inspections:public-record",
    "inspections:public-inspectors",
}


def rows() -> dict[str, list[str]]:
    lines = [line.split() for line in TABLE.strip().splitlines()[1:]]
    return {name: cells for name, *cells in lines}


def view_names(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, Callable[..., object]]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from view_names(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or ''}", pattern.callback


def row_of(name: str) -> list[str] | None:
    fitting = [line for line in rows() if line == name or (line.endswith("*") and name.startswith(line.rstrip("*")))]
    return rows()[max(fitting, key=len)] if fitting else None


VIEWS = sorted({(name, getattr(view, "login_required", True)) for name, view in view_names(get_resolver())})


@pytest.mark.parametrize(("name", "asks"), VIEWS, ids=[name for name, _ in VIEWS])
def test_every_address_answers_each_role_as_the_table_says(name: str, asks: bool) -> None:
    if not asks:
        assert name in OPEN
        return
    cells = row_of(name)
    assert cells is not None, f"enter {name} in TABLE and in accounts/rights.py"
    for role, cell in zip(COLUMNS, cells, strict=True):
        assert (role in roles_for(name, "GET")) == ("r" in cell), (name, role, "read")
        assert (role in roles_for(name, "POST")) == ("w" in cell), (name, role, "write")


def test_the_table_names_every_line_of_the_rights_and_no_other() -> None:
    assert set(rows()) - {"ui:components"} == set(RIGHTS) - {"ui:*"}


def test_the_table_knows_every_role() -> None:
    assert set(COLUMNS) == set(Role.values)


def test_a_page_without_a_line_opens_to_nobody() -> None:
    assert roles_for("new-app:page", "GET") == frozenset()
    assert not may(None, "portal:overview")


@pytest.mark.django_db
@pytest.mark.parametrize("role", [*COLUMNS, "nobody"])
def test_the_component_page_opens_to_every_post_and_to_no_person_without_one(
    role: str, client_of: Callable[[str], Client]
) -> None:
    expected = 403 if role == "nobody" else 200
    assert client_of(role).get("/system/components/").status_code == expected


@pytest.mark.django_db
def test_a_refusal_names_the_posts_that_may(client_of: Callable[[str], Client]) -> None:
    answer = client_of("viewer").get("/system/admin/", headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "System administration" in answer.content.decode()


@pytest.mark.django_db
def test_administration_opens_to_the_system_administrator(client_of: Callable[[str], Client]) -> None:
    assert client_of("system-admin").get("/system/admin/").status_code == 200


def test_the_administration_has_no_sign_in_page_of_its_own(client: Client) -> None:
    answer = client.get("/system/admin/login/?next=/system/admin/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/sign-in/?next=/system/admin/"
