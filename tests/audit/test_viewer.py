"""The audit administrator reads the log by query, proves its chain, takes it away, and sees the anchors."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client

from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.audit.models import Anchor, Entry
from lantian.apps.audit.services import record, verify_chain

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 11, 23, 2, tzinfo=UTC)


@pytest.fixture
def auditor() -> Client:
    person = Person.objects.create_person("auditor", None, name_zh="审计员", name_en="Auditor")
    office = Organisation.objects.create(code="office", name_zh="办")
    Post.objects.create(person=person, role="audit-admin", organisation=office)
    client = Client()
    client.force_login(person)
    for number, verb in enumerate(("person.signed-in", "source.changed", "source.moved")):
        at = NOW.replace(day=21 + number)
        record(verb, subject=office if number else person, actor=person, at=at, detail={"note": "=1+1", "n": number})
    return client


def verbs(page: str) -> set[str]:
    return {verb for verb in ("person.signed-in", "source.changed", "source.moved") if f'code">{verb}<' in page}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"person.signed-in", "source.changed", "source.moved"}),
        ("verb=source.", {"source.changed", "source.moved"}),
        ("person=auditor", {"person.signed-in", "source.changed", "source.moved"}),
        ("person=nobody", set()),
        ("subject=accounts.organisation:office", {"source.changed", "source.moved"}),
        ("subject=accounts.person", {"person.signed-in"}),
        ("start=2020-11-22", {"source.changed", "source.moved"}),
        ("start=2020-11-22&end=2020-11-22", {"source.changed"}),
        ("start=yesterday", {"person.signed-in", "source.changed", "source.moved"}),
        ("before=2", {"person.signed-in"}),
    ],
)
def test_entries_are_found_by_person_verb_subject_and_time(auditor: Client, query: str, expected: set[str]) -> None:
    first = Entry.objects.order_by("pk")[0].pk
    query = query.replace("before=2", f"before={first + 1}")
    assert verbs(auditor.get(f"/system/audit/?{query}").content.decode()) == expected


def test_pages_go_back_in_time(auditor: Client) -> None:
    for number in range(120):
        record("many.times", subject=None, actor=None, at=NOW, detail={"n": number})
    page = auditor.get("/system/audit/").content.decode()
    assert page.count("many.times</td>") == 100
    before = page.split("before=")[1].split('"')[0]
    assert auditor.get(f"/system/audit/?before={before}").content.decode().count("many.times</td>") == 20


def test_the_chain_is_proved_on_request_and_a_changed_entry_is_named(auditor: Client) -> None:
    page = auditor.post("/system/audit/verify/", follow=True).content.decode()
    assert "链完整，共 3 条" in page
    assert verify_chain() == 4
    changed = Entry.objects.get(verb="source.changed").pk
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET verb = 'source.kept' WHERE id = %s", [changed])
    page = auditor.post("/system/audit/verify/", follow=True).content.decode()
    assert f"第 {changed} 条与前后不符" in page


def test_an_export_carries_the_hashes_and_who_took_it_and_is_an_entry_itself(auditor: Client) -> None:
    answer = auditor.get("/system/audit/export.csv?verb=source.")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 4
    assert Entry.objects.get(verb="source.moved").hash in lines[1]
    assert lines[-1].startswith("导出人 审计员（auditor）")
    assert Entry.objects.get(verb="audit.exported").detail == {"asked": {"verb": "source."}}


def test_what_somebody_typed_is_no_formula_in_the_export(auditor: Client) -> None:
    record("=cmd", subject=None, actor=None, at=NOW)
    text = b"".join(auditor.get("/system/audit/export.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert ",'=cmd," in text


def test_anchors_are_listed_with_how_to_verify_them(auditor: Client) -> None:
    assert "还没有锚" in auditor.get("/system/audit/anchors/").content.decode()
    Anchor(
        day=date(2020, 11, 22), previous="0" * 64, frames=12, frames_root="a" * 64, entries=3, entries_root="b" * 64,
        last_entry=3, made_at=NOW, hash="c" * 64,
    ).save()  # fmt: skip
    page = auditor.get("/system/audit/anchors/").content.decode()
    assert "c" * 64 in page
    assert "lantian evidence verify" in page


@pytest.mark.parametrize("path", ["/system/audit/", "/system/audit/export.csv", "/system/audit/anchors/"])
def test_the_log_opens_to_nobody_else(path: str, client_of: Callable[[str], Client]) -> None:
    for role in ("system-admin", "security-admin", "duty", "viewer", "enterprise"):
        assert client_of(role).get(path).status_code == 403
