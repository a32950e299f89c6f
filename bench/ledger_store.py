"""What ``bench/ledger.py`` measures, in a process where Django is set up: ``main`` prints figures as JSON."""

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.figures import Figure
from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.ledger import exports
from lantian.apps.ledger.kinds import kind
from lantian.apps.ledger.models import LedgerImport, Source
from lantian.apps.ledger.services.demo import fill_ledgers
from lantian.apps.ledger.services.imports import check_import, run_import
from lantian.policy.reader import load_pack

ENTRIES = 100_000
ROWS = 10_000
KIND = "restaurant"
PAGES = (
    ("list", "/ledgers/restaurant/"),
    ("list, page 900", "/ledgers/restaurant/?page=900"),
    ("filter by two attributes", "/ledgers/restaurant/?a.scale=large&a.purifier=no"),
    ("words in the list", "/ledgers/restaurant/?text=金蝉"),
    ("search box", "/search/?q=京旺"),
    ("map of all", "/ledgers/restaurant/map.json"),
)
GOAL_PAGE_S, GOAL_QUERIES = 0.1, 15
GOAL_IMPORT_S = 5.0
REPEATS = 5
NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)


def measure() -> None:
    """Fill the record store; print the figures of pages and imports."""
    call_command("migrate", verbosity=0, stdout=sys.stderr)
    sync_pack(load_pack(settings.PACK), at=NOW)
    fill_ledgers(at=NOW, share=0.3)
    multiply(ENTRIES)
    figures = [*pages(), *imports(Path(settings.DATA_DIR))]
    sys.stdout.write(json.dumps([asdict(figure) for figure in figures]))


def export() -> None:
    """Export all as CSV; print lines, seconds and the peak memory of this process [MB]."""
    started = time.perf_counter()
    answer = exports.answer(kind(KIND), Source.objects.of_kind(KIND), "csv", NOW, Person.objects.first())
    assert isinstance(answer, StreamingHttpResponse)
    lines = sum(bytes(part).count(b"\n") for part in answer.streaming_content)  # type: ignore[misc,union-attr]
    seconds = time.perf_counter() - started
    sys.stdout.write(json.dumps([lines, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def multiply(wanted: int) -> None:
    """Store copies of the restaurants, each with a code, a name and a place of its own, until there are so many."""

    there = Source.objects.of_kind(KIND).count()
    seeds = Source.objects.of_kind(KIND).exclude(code__contains="-").count()
    copies = -(-(wanted - there) // seeds)
    first = there // seeds
    kept = [str(field.column) for field in Source._meta.concrete_fields if not field.generated]
    made = {"code": "s.code || '-' || n", "name": "s.name || n", "longitude": "s.longitude + (n % 97 - 48) * 0.00002",
            "latitude": "s.latitude + (n % 89 - 44) * 0.00002", "search": "s.search || '-' || n"}  # fmt: skip
    columns = [column for column in kept if column != "id"]
    taken = ", ".join(made.get(column, f"s.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_source ({', '.join(columns)}) "
            "WITH RECURSIVE numbers(n) AS (SELECT %s UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < %s) "
            f"SELECT {taken} FROM numbers, ledger_source s WHERE s.kind = %s AND s.code NOT LIKE %s",
            [first, first + copies, KIND, "%-%"],
        )
        cursor.execute("ANALYZE")


def pages() -> list[Figure]:
    client = Client(headers={"host": "localhost"})
    client.force_login(_officer())
    figures = []
    for what, page in PAGES:
        assert client.get(page).status_code == 200, page
        seconds = _median(lambda page=page: client.get(page).content)  # type: ignore[misc]
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page).content
        figures += [
            Figure(f"{what}, {ENTRIES:,} entries", seconds, "s", goal=GOAL_PAGE_S, lower_is_better=True),
            Figure(f"{what}, questions", len(asked), "queries", goal=GOAL_QUERIES, lower_is_better=True),
        ]
    return figures


def _officer() -> Any:
    person = Person.objects.create_person("officer", None, name_zh="值班员")
    Post.objects.create(person=person, role="duty", organisation=Organisation.objects.get(pk="environment"))
    return person


def _median(work: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return sorted(times)[REPEATS // 2]


def imports(folder: Path) -> list[Figure]:
    """Import vehicles of which every tenth is wrong; then hand the same file in again."""
    path = _sheet(folder / "vehicles.xlsx")
    figures = []
    for what in ("import of 10,000 rows, every tenth refused", "the same file again"):
        started = time.perf_counter()
        entry: LedgerImport = check_import(path, kind("vehicle"), by=None, at=NOW)
        tried = time.perf_counter() - started
        started = time.perf_counter()
        run_import(entry, at=NOW, folder=folder)
        taken = time.perf_counter() - started
        assert entry.refused == ROWS // 10
        figures += [
            Figure(f"dry run before: {what}", tried, "s", goal=GOAL_IMPORT_S, lower_is_better=True),
            Figure(what, taken, "s", goal=GOAL_IMPORT_S, lower_is_better=True),
        ]
    return figures


def _sheet(path: Path) -> Path:
    heads = (
        "名称",
        "号牌号码",
        "车辆类别",
        "总质量",
        "能源类型",
        "排放阶段",
        "注册登记日期",
        "卫星定位装置",
        "街乡",
        "地址",
    )
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, heads)
    for number in range(ROWS):
        category = "环卫" if number % 10 else "飞机"
        day = f"2018-03-{number % 28 + 1:02d}"
        row = (
            f"车{number}",
            f"京H{number:05d}",
            category,
            12.5,
            "柴油",
            "国五",
            day,
            "是",
            "建外街道",
            f"某路{number}号",
        )
        sheet.write_row(number + 1, 0, row)
    book.close()
    return path
