"""Cases: transitions of the pure core, clocks that run out at once, pages over 100,000 open cases, 1,000 officers.

The record store is a database of its own in a temporary folder, which Django has to be told of before its models are
imported. The officers read their to-do pages over HTTP from a fresh ``lantian web`` on the same store, each in a
session of their own: first each once within two minutes, then all at the same moment.
"""
# ruff: noqa: E402

import asyncio
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

import httpx
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from bench.figures import Figure
from bench.pages import web
from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.cases.models import Case, CaseStep, CaseThread
from lantian.apps.cases.services import escalate
from lantian.policy.cases import case_rules
from lantian.policy.reader import load_pack

CASES = 100_000
TRANSITIONS = 20_000
BATCH = 5000
OFFICERS = 1_000
WITHIN_S = 120.0
"""Within so long, each officer opens the page once."""
LONGEST_S = 900.0
NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
PATH = ((1, "violation"), (3, "penalise"), (4, "served"), (5, "corrected"), (2, "sent"))
PAGES = {
    "/cases/": 0.3,
    "/cases/all/": 0.3,
    "/cases/all/?view=late": 0.3,
    "/cases/overdue/": 0.3,
    "/cases/boards/": 1.0,
}


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
        *_officers(),
    ]


def _pages(person: Person) -> list[Figure]:
    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    found = []
    for page, goal in PAGES.items():
        seconds, processor = _seconds(client, page)
        what = f"{page} with {CASES:,} open cases"
        found += [
            Figure(what, seconds, "s", goal=goal, lower_is_better=True),
            Figure(f"{what}, processor time", processor, "s", goal=goal, lower_is_better=True),
        ]
    return found


def _officers() -> list[Figure]:
    """Let 1,000 officers read their to-do pages: within two minutes, then all at the same moment."""
    cookies = _sign_in()
    with web({**os.environ}) as port:
        asyncio.run(_read(port, cookies[:20], 0.0))  # first answers of a fresh server
        spread = asyncio.run(_read(port, cookies, WITHIN_S))
        started = time.perf_counter()
        burst = asyncio.run(_read(port, cookies, 0.0))
        seconds = time.perf_counter() - started
    what = f"{OFFICERS:,} officers on to-do pages"
    return [
        Figure(f"{what} within {WITHIN_S:.0f} s, half", _rank(spread, 0.50), "s", goal=0.3, lower_is_better=True),
        Figure(f"{what} within {WITHIN_S:.0f} s, 99 %", _rank(spread, 0.99), "s", goal=1, lower_is_better=True),
        Figure(f"{what} at one moment, half", _rank(burst, 0.50), "s"),
        Figure(f"{what} at one moment, 99 %", _rank(burst, 0.99), "s"),
        Figure(f"{what} at one moment", len(burst) / seconds, "pages/s"),
    ]


def _sign_in() -> list[dict[str, str]]:
    """Return the session cookie of each of the officers, who share the 40 teams."""
    people = [Person.objects.create_person(f"officer-{number}", None, name_zh="执法员") for number in range(OFFICERS)]
    Post.objects.bulk_create(
        Post(person=one, role="enforcement", organisation_id=f"team-{number % 40}") for number, one in enumerate(people)
    )
    found = []
    for one in people:
        client = Client()
        client.force_login(one)
        found.append({settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value})
    return found


async def _read(port: int, cookies: list[dict[str, str]], within_s: float) -> list[float]:
    """Return how long each officer waits for the page, the moments of asking spread evenly."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=LONGEST_S) as client:

        async def one(place: int, cookie: dict[str, str]) -> float:
            await asyncio.sleep(within_s * place / len(cookies))
            started = time.perf_counter()
            header = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookie.items())}
            answer = await client.get("/cases/", headers=header)
            assert answer.status_code == httpx.codes.OK, answer.status_code
            return time.perf_counter() - started

        return sorted(await asyncio.gather(*(one(place, cookie) for place, cookie in enumerate(cookies))))


def _rank(times: list[float], share: float) -> float:
    """The time that a share of the answers did not exceed."""
    return times[max(0, -(-int(len(times) * share * 100) // 100) - 1)]


def _seconds(client: Client, page: str) -> tuple[float, float]:
    """The middle of three answers, after a first one, and the least processor time that one took."""
    times, used = list[float](), list[float]()
    for _ in range(4):
        started, before = time.perf_counter(), time.process_time()
        assert client.get(page).status_code == 200, page
        times.append(time.perf_counter() - started)
        used.append(time.process_time() - before)
    return sorted(times[1:])[1], min(used[1:])


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
