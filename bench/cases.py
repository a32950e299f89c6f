"""Cases: transitions of the pure core, clocks that run out at once, and pages over 100,000 open cases.

The record store is a database of its own in a temporary folder, which Django has to be told of before its models are
imported.
"""
# ruff: noqa: E402

import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import islice

FOLDER = tempfile.TemporaryDirectory(prefix="lantian-bench-cases-")
os.environ |= {"LANTIAN_DATA_DIR": FOLDER.name, "DJANGO_SETTINGS_MODULE": "lantian.project.settings"}

import django

django.setup()

from django.core.management import call_command
from django.db import transaction
from django.test import Client

from bench.figures import Figure
from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.cases.models import Case, CaseStep, CaseThread
from lantian.apps.cases.services import escalate
from lantian.policy.cases import case_rules
from lantian.policy.reader import load_pack

CASES = 100_000
TRANSITIONS = 20_000
BATCH = 5000
NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
PATH = ((1, "violation"), (3, "penalise"), (4, "served"), (5, "corrected"), (2, "sent"))
PAGES = ("/cases/", "/cases/all/", "/cases/overdue/", "/cases/boards/")


def run() -> list[Figure]:
    """Measure the core, then the record store."""
    try:
        call_command("migrate", verbosity=0, stdout=sys.stderr)
        return [_core(), *_store()]
    finally:
        FOLDER.cleanup()


def _core() -> Figure:
    """Open dust cases and take them from verification to feedback."""
    rules = case_rules(load_pack("cn-110105-2018"))
    engine = rules.engine(rules.type("dust-violation", NOW.date()))
    holders, photo = {"enforcement": "urban-enforcement"}, frozenset({"photo"})
    done, started = 0, time.perf_counter()
    while done < TRANSITIONS:
        state = engine.open(holders, NOW)
        for number, outcome in PATH:
            state, _ = engine.take(state, number, outcome, holders, NOW, photo)
        assert state.closed_at
        done += 1 + len(PATH)
    return Figure("transitions in the core", done / (time.perf_counter() - started), "1/s", goal=10_000)


def _store() -> list[Figure]:
    person = _fill()
    started, used = time.perf_counter(), time.process_time()
    told = escalate(NOW)
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    assert told == {1: CASES}
    assert CaseStep.objects.filter(kind="escalated").count() == CASES
    started = time.perf_counter()
    assert escalate(NOW) == {}
    again = time.perf_counter() - started
    what = f"{CASES:,} due clocks fired"
    return [
        Figure(what, seconds, "s", goal=5, lower_is_better=True),
        Figure(f"{what}, processor time", processor, "s", goal=5, lower_is_better=True),
        Figure("the next look, nothing due", again, "s", goal=1, lower_is_better=True),
        *_pages(person),
    ]


def _pages(person: Person) -> list[Figure]:
    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    return [
        Figure(f"{page} with {CASES:,} open cases", _seconds(client, page), "s", goal=1, lower_is_better=True)
        for page in PAGES
    ]


def _seconds(client: Client, page: str) -> float:
    """The middle of three answers, after a first one."""
    times = []
    for _ in range(4):
        started = time.perf_counter()
        assert client.get(page).status_code == 200, page
        times.append(time.perf_counter() - started)
    return sorted(times[1:])[1]


def _fill() -> Person:
    """Store cases whose verification was due an hour ago, held by 40 organisations."""
    teams = [Organisation.objects.create(code=f"team-{n}", name_zh=f"{n}队", kind="bureau") for n in range(40)]
    person = Person.objects.create_person("officer", None, name_zh="执法员丙")
    Post.objects.create(person=person, role="enforcement", organisation=teams[0])
    started = NOW - 25 * HOUR
    cases = (_case(number, teams, started) for number in range(1, CASES + 1))
    with transaction.atomic():
        while chunk := list(islice(cases, BATCH)):
            stored = Case.objects.bulk_create(chunk)
            CaseThread.objects.bulk_create(
                CaseThread(
                    case=case, number=1, step="verify", holder=teams[case.serial % 40], since=started,
                    started_at=started, amount=24, unit="hour", due_at=NOW - HOUR, warn_at=NOW - 6 * HOUR,
                )
                for case in stored
            )  # fmt: skip
    return person


def _case(number: int, teams: list[Organisation], at: datetime) -> Case:
    return Case(
        type="dust-violation", year=2026, serial=number, number=f"朝扬尘案〔2026〕{number}号",
        slug=f"dust-violation-2026-{number}", title="工地扬尘", origin="alarm", happened_at=at, opened_at=at,
        area_code=f"1101050{1 + number % 43:02}", parties={"enforcement": [teams[number % 40].code]},
    )  # fmt: skip
