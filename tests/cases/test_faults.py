"""What goes wrong in practice: the worker is killed while clocks fire, two officers take one step, clocks go back."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from lantian.apps.accounts.models import Person
from lantian.apps.cases.models import Case, CaseStep, CaseThread
from lantian.apps.cases.rules import rules
from lantian.apps.cases.services import escalate, recount
from lantian.kernel.calendar import LegalCalendar
from tests.cases.conftest import START

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATE = START + 25 * HOUR
OPEN = 300
"""Cases whose clocks run out at once; the worker is killed half-way through their lines."""

BEGIN = """
import os, sys
import django
django.setup()
from datetime import datetime
from lantian.apps.cases.services import clocks
LATE = datetime.fromisoformat({late!r})
"""
KILLED = (
    BEGIN
    + """
written = clocks._write
def half(late, level, digest, now):
    rows = list(late)
    written(iter(rows[: len(rows) // 2]), level, digest, now)
    print("half", flush=True)
    sys.stdin.read()  # until the kill
clocks._write = half
clocks.escalate(LATE)
"""
)
AGAIN = (
    BEGIN
    + """
print(clocks.escalate(LATE), clocks.escalate(LATE))
"""
)
TAKES = (
    BEGIN
    + """
from lantian.apps.accounts.models import Person
from lantian.apps.cases.models import Case
from lantian.apps.cases.services import Taken, pause
from lantian.kernel.errors import LantianError
case, officer = Case.objects.get(), Person.objects.get(username="enforcement-urban-enforcement")
print("ready", flush=True)
sys.stdin.readline()
try:
    pause(case, 1, reason=sys.argv[1], by=officer, at=LATE, version=case.version)
except LantianError as error:
    print("refused", type(error).__name__)
else:
    print("done")
"""
)


def begin(store: Path, script: str, *arguments: str) -> "subprocess.Popen[str]":
    """Start a process of its own on the store in a folder."""
    environment = {**os.environ, "LANTIAN_DATA_DIR": str(store), "DJANGO_SETTINGS_MODULE": "lantian.project.settings"}
    environment.pop("LANTIAN_DATABASE_URL", None)
    line = [sys.executable, "-c", textwrap.dedent(script).format(late=LATE.isoformat()), *arguments]
    return subprocess.Popen(
        line, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )


@pytest.fixture
def store(tmp_path: Path, transactional_db: None) -> Callable[[], Path]:
    """Return what copies the record store as it stands into a folder where other processes work on it."""
    if connection.vendor != "sqlite":
        pytest.skip("the copy is one of SQLite's")
    folder = tmp_path / "store"
    folder.mkdir()

    def copy() -> Path:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(folder / "records.sqlite3")])
        return folder

    return copy


def test_clocks_that_fire_while_the_worker_is_killed_are_told_once_each(
    store: Callable[[], Path], opened: Callable[..., Case]
) -> None:
    case = opened()
    thread = case.threads.get(step="verify")
    CaseThread.objects.bulk_create(
        CaseThread(
            case=case, number=number, step="verify", holder_id=thread.holder_id, since=START, started_at=START,
            amount=24, unit="hour", due_at=thread.due_at, warn_at=thread.warn_at,
        )
        for number in range(3, OPEN + 2)
    )  # fmt: skip
    folder = store()
    killed = begin(folder, KILLED)
    assert killed.stdout
    assert killed.stdout.readline() == "half\n"
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    said, errors = begin(folder, AGAIN).communicate()
    assert said == f"{{1: {OPEN}}} {{}}\n", errors


def test_of_two_officers_on_one_step_at_the_same_moment_one_is_told_that_the_case_has_moved_on(
    store: Callable[[], Path], opened: Callable[..., Case], officer: Person
) -> None:
    opened()
    folder = store()
    both = [begin(folder, TAKES, reason) for reason in ("停电", "大风")]
    for one in both:
        assert one.stdout
        assert one.stdout.readline() == "ready\n"
    for one in both:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    said = sorted(one.communicate()[0] for one in both)
    assert said == ["done\n", "refused Changed\n"]


@pytest.mark.django_db
def test_a_clock_that_is_set_back_tells_nothing_twice_and_takes_nothing_back(opened: Callable[..., Case]) -> None:
    case = opened()
    assert escalate(LATE) == {1: 1}
    assert escalate(START - 10 * DAY) == {}
    assert escalate(LATE) == {}
    assert case.threads.get(step="verify").level == 1
    assert CaseStep.objects.filter(kind="escalated").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["take", "send-back", "pause", "transfer", "merge", "split", "reopen", "relate"])
def test_an_act_forged_by_address_is_refused_to_another_department(
    opened: Callable[..., Case], person: Callable[..., Person], what: str
) -> None:
    case, other = opened(at=datetime.now(UTC)), opened(at=datetime.now(UTC))
    web = Client()
    web.force_login(person("bureau", "housing"))
    forged = {
        "thread": 1, "version": case.version, "reason": "代办", "outcome": "none-found", "into": other.number,
        "numbers": 1, "role": "site", "code": "GD-1", "to": "housing",
    }  # fmt: skip
    before = (case.history.count(), case.version)
    said = web.post(f"/cases/{case.slug}/{what}/", forged, follow=True).content.decode()
    case.refresh_from_db()
    assert (case.history.count(), case.version) == before
    assert 'class="messages' in said or "您的岗位不能办理" in said
    assert web.post(f"/cases/{case.slug}/delete/", forged).status_code == 404


@pytest.mark.django_db
def test_clocks_of_days_are_counted_again_when_a_years_days_off_are_announced(
    opened: Callable[..., Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three working days from Monday 30 September 2019 end on 10 October by the notice, and on 3 October without it."""
    known = rules()
    assert known.calendar  # it is kept from here on
    at = datetime(2019, 9, 30, 2, tzinfo=UTC)
    monkeypatch.setitem(known.__dict__, "calendar", LegalCalendar.of([]))
    known._engines.clear()
    case = opened(at=at, type="inspection-finding")
    row = case.threads.get(step="decide")
    assert row.due_at == datetime(2019, 10, 3, 16, tzinfo=UTC)
    monkeypatch.undo()
    known._engines.clear()
    assert recount(at + HOUR) == 1
    row.refresh_from_db()
    assert row.due_at == datetime(2019, 10, 10, 16, tzinfo=UTC)
    line = case.history.get(kind="recounted")
    assert line.detail == {"before": "2019-10-03T16:00:00Z", "due": "2019-10-10T16:00:00Z"}
    assert recount(at + HOUR) == 0
