"""What people do with alarms: each act is atomic, audited, and a line of the history; nothing is done twice."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.alarms.models import Alarm, CounterEvidence
from lantian.apps.alarms.services import (
    AlarmError,
    Attached,
    acknowledge,
    add_counter_evidence,
    answer_counter_evidence,
    comment,
    file_of,
    hand_on,
    hooks,
    judge,
    mark_seen,
    reopen,
)
from lantian.apps.audit.models import Entry
from tests.alarms.conftest import T0

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 the rest"


@pytest.fixture
def duty(officer: Maker) -> Person:
    person: Person = officer("duty")
    return person


def test_the_first_who_takes_an_alarm_on_stays_on_record(alarm: Maker, duty: Person, officer: Maker) -> None:
    one = alarm()
    acknowledge(one, by=duty, at=T0)
    with pytest.raises(AlarmError, match="2020-11-23 02:05"):
        acknowledge(one, by=officer("bureau"), at=T0 + timedelta(minutes=1))
    one.refresh_from_db()
    assert (one.acknowledged_by, one.acknowledged_at) == (duty, T0)
    assert Entry.objects.get().verb == "alarm.acknowledged"


def test_looking_is_noted_once_a_person_and_is_no_act(alarm: Maker, duty: Person, officer: Maker) -> None:
    one = alarm()
    mark_seen(one, by=duty, at=T0)
    mark_seen(one, by=duty, at=T0 + timedelta(hours=1))
    mark_seen(one, by=officer("bureau"), at=T0)
    assert list(one.events.values_list("kind", "by__username")) == [("seen", "duty"), ("seen", "bureau")]
    assert not Entry.objects.exists()


def test_an_outcome_closes_what_has_ended_and_says_who_why_and_when(alarm: Maker, duty: Person) -> None:
    judged = judge(alarm(), outcome="true", reason="现场核实裸露土方", by=duty, at=T0)
    assert (judged.state, judged.outcome, judged.outcome_by, judged.outcome_at) == ("closed", "true", duty, T0)
    assert Entry.objects.get().detail == {"number": judged.number, "outcome": "true"}
    assert judged.events.get().text == "现场核实裸露土方"


def test_an_outcome_leaves_an_alarm_active_that_still_lasts(alarm: Maker, duty: Person) -> None:
    assert judge(alarm(state="active"), outcome="instrument", reason="零点漂移", by=duty, at=T0).state == "active"


@pytest.mark.parametrize(("outcome", "reason"), [("true", "  "), ("perhaps", "x"), ("", "x")])
def test_an_outcome_needs_a_known_word_and_a_reason(alarm: Maker, duty: Person, outcome: str, reason: str) -> None:
    one = alarm()
    with pytest.raises(AlarmError):
        judge(one, outcome=outcome, reason=reason, by=duty, at=T0)
    assert not Entry.objects.exists()


def test_a_second_outcome_needs_a_reopening_that_keeps_the_first_in_the_history(alarm: Maker, duty: Person) -> None:
    one = alarm()
    judge(one, outcome="instrument", reason="滤带断", by=duty, at=T0)
    with pytest.raises(AlarmError):
        judge(one, outcome="true", reason="再看", by=duty, at=T0)
    opened = reopen(one, reason="复核照片", by=duty, at=T0)
    assert (opened.state, opened.outcome, opened.outcome_by) == ("ended", "", None)
    judge(one, outcome="true", reason="照片可见扬尘", by=duty, at=T0)
    assert list(one.events.values_list("kind", flat=True)) == ["judged", "reopened", "judged"]
    assert one.events.get(kind="reopened").detail == {"former": "instrument"}


def test_an_alarm_without_outcome_cannot_be_reopened(alarm: Maker, duty: Person) -> None:
    with pytest.raises(AlarmError):
        reopen(alarm(), reason="x", by=duty, at=T0)


def test_a_reopening_needs_a_reason(alarm: Maker, duty: Person) -> None:
    with pytest.raises(AlarmError):
        reopen(alarm(outcome="true", state="closed"), reason=" ", by=duty, at=T0)


def test_a_remark_is_kept_and_an_empty_one_refused(alarm: Maker, duty: Person) -> None:
    one = alarm()
    comment(one, text=" 已电话核实 ", by=duty, at=T0)
    with pytest.raises(AlarmError):
        comment(one, text=" \n", by=duty, at=T0)
    assert [event.text for event in one.events.all()] == ["已电话核实"]


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    heard: list[tuple[str, str]] = []
    monkeypatch.setattr(hooks, "after_hand_on", [lambda alarm, to: heard.append((alarm.number, to.code))])
    return heard


def test_handing_on_tells_those_who_open_what_follows(
    alarm: Maker, duty: Person, handed: list[tuple[str, str]]
) -> None:
    office = Organisation.objects.get(code="office")
    moved = hand_on(alarm(), to=office, text="请现场核验", by=duty, at=T0)
    assert (moved.handed_on_at, handed) == (T0, [(moved.number, "office")])
    assert moved.events.get().detail == {"to": "office"}


def test_a_dismissed_alarm_is_not_handed_on(alarm: Maker, duty: Person, handed: list[tuple[str, str]]) -> None:
    with pytest.raises(AlarmError):
        hand_on(alarm(outcome="instrument"), to=Organisation.objects.get(), text="", by=duty, at=T0)
    assert handed == []


# Counter-evidence ----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.mark.parametrize(
    ("content", "media"),
    [(PDF, "application/pdf"), (b"\xff\xd8\xff\xe0 jpeg", "image/jpeg"), (b"\x89PNG\r\n\x1a\n png", "image/png")],
)
def test_a_file_is_known_by_its_content_and_kept_by_its_hash(
    alarm: Maker, duty: Person, folder: Path, content: bytes, media: str
) -> None:
    file = Attached("../../etc/校准.exe", content)
    given = add_counter_evidence(alarm(), text="当日校准", by=duty, at=T0, file=file)
    assert (given.file_name, given.media_type, given.sha256) == (
        "校准.exe",
        media,
        hashlib.sha256(content).hexdigest(),
    )
    assert (folder / given.path).read_bytes() == content == file_of(given)


@pytest.mark.parametrize("content", [b"", b"<html><script>", b"MZ\x90", b"GIF89a", b"x" * (10 * 2**20 + 1)])
def test_any_other_file_is_refused_and_nothing_kept(alarm: Maker, duty: Person, folder: Path, content: bytes) -> None:
    with pytest.raises(AlarmError):
        add_counter_evidence(alarm(), text="x", by=duty, at=T0, file=Attached("校准.pdf", content))
    assert not CounterEvidence.objects.exists()
    assert list(folder.iterdir()) == []


def test_a_statement_without_words_is_refused(alarm: Maker, duty: Person) -> None:
    with pytest.raises(AlarmError):
        add_counter_evidence(alarm(), text=" ", by=duty, at=T0)


def test_a_file_that_was_changed_on_disk_is_not_served(alarm: Maker, duty: Person, folder: Path) -> None:
    given = add_counter_evidence(alarm(), text="x", by=duty, at=T0, file=Attached("a.pdf", PDF))
    (folder / given.path).write_bytes(PDF + b"!")
    with pytest.raises(AlarmError):
        file_of(given)


def test_a_statement_is_answered_once_with_reason(alarm: Maker, duty: Person) -> None:
    given = add_counter_evidence(alarm(), text="停电", by=duty, at=T0)
    with pytest.raises(AlarmError):
        answer_counter_evidence(given, accepted=True, answer="", by=duty, at=T0)
    answered = answer_counter_evidence(given, accepted=False, answer="供电记录无中断", by=duty, at=T0)
    with pytest.raises(AlarmError):
        answer_counter_evidence(given, accepted=True, answer="x", by=duty, at=T0)
    assert (answered.accepted, answered.answer) == (False, "供电记录无中断")
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["alarm.counter-evidence", "alarm.evidence-answered"]


# Who sees what --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "area", "numbers"),
    [
        ("duty", "", [1, 2, 3]),
        ("duty", "110105", [1, 2, 3]),
        ("street", "110105001", [1]),
        ("street", "110105002", [2]),
        ("street", "", []),
        ("bureau", "110105002", [2]),
    ],
)
def test_a_post_bound_to_a_street_sees_its_alarms_and_no_other(
    alarm: Maker, officer: Maker, role: str, area: str, numbers: list[int]
) -> None:
    alarm(1, area_code="110105001003")
    alarm(2, area_code="110105002")
    alarm(3, area_code="")
    seen = Alarm.objects.visible_to(officer(role, area)).order_by("number")
    assert [int(one.number[-4:]) for one in seen] == numbers


def test_somebody_without_post_or_on_leave_sees_nothing(alarm: Maker, officer: Maker) -> None:
    alarm()
    away = officer("duty")
    away.is_active = False
    nobody = Person.objects.create_person("nobody", None, name_zh="无")
    assert not Alarm.objects.visible_to(away).exists()
    assert not Alarm.objects.visible_to(nobody).exists()
