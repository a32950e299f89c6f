"""Looking back (回看) at bulletins: their state, words, papers and 原为／现为 as they were known at an instant."""

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from docx import Document

from lantian.apps.accounts.models import Person
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Bulletin, BulletinEvent
from lantian.apps.assessment.services.bulletins import Acting, draft, give_back, refresh, sign, submit, withdraw, write
from lantian.apps.assessment.services.papers import drafted_on
from lantian.apps.inspections.models import Inspection
from lantian.apps.ui import middleware
from lantian.kernel.instants import BEIJING
from tests.assessment.conftest import NOW, WEEK

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LIST = "/assessment/bulletins/"
Make = Callable[..., Person]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of requests stands three days after the first draft."""

    class Clock:
        @staticmethod
        def now(tz: Any) -> datetime:
            return (NOW + 3 * DAY).astimezone(tz)

    monkeypatch.setattr(middleware, "datetime", Clock)


@pytest.fixture
def told(
    later: None, busy_week: None, inspected: Callable[..., Inspection], drafter: Person, signer: Person
) -> Bulletin:
    """Drafted at nine, written and handed in at ten, given back, taken anew with a late check and signed next day."""
    made = draft(rules.bulletin_named("weekly-dust", WEEK), WEEK, Acting(drafter, NOW))
    write(made, "先写的要求", Acting(drafter, NOW + HOUR))
    submit(made, Acting(drafter, NOW + HOUR))
    inspected("110105004", result="failed", recorded_at=NOW + 5 * HOUR)
    give_back(made, "请补数", Acting(signer, NOW + 6 * HOUR))
    write(made, "后写的要求", Acting(drafter, NOW + 7 * HOUR))
    refresh(made, Acting(drafter, NOW + 7 * HOUR))
    submit(made, Acting(drafter, NOW + 7 * HOUR))
    done = sign(made, Acting(signer, NOW + DAY))
    inspected("110105003", result="failed", recorded_at=NOW + 2 * DAY)
    return done


def at(moment: datetime, name: str = "at") -> str:
    """Return what an address says to look back upon the hour after a moment."""
    return f"{name}={(moment + HOUR).astimezone(BEIJING):%Y-%m-%dT%H:00}"


def read(person: Person, address: str) -> str:
    answer = client(person).get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person)
    return made


def test_the_page_shows_state_words_history_and_what_has_changed_as_they_were_then(
    told: Bulletin, signer: Person
) -> None:
    address = f"{LIST}{told.pk}/"
    drafted, waits, signed, live = (
        read(signer, f"{address}?{at(one)}") if one else read(signer, address)
        for one in (NOW, NOW + 3 * HOUR, NOW + DAY, None)
    )
    first = told.history.get(kind="drafted").snapshot[:12]
    for page, state, said, unsaid in (
        (drafted, "草稿", (first, "拟稿</b>", "没有变化"), ("的要求", "送签</b>", told.number + "</span>", "退回</b>")),
        (waits, "待签发", (first, "先写的要求", "送签</b>"), ("后写的要求", "签发</b>")),
        (signed, "已签发", (told.snapshot.short, "后写的要求", told.number, "没有变化"), (first, "先写的要求")),
        (live, "已签发", (told.snapshot.short, "后写的要求", told.number, "<s"), (first, "没有变化")),
    ):
        assert all(one in page for one in (state, *said)), state
        assert not any(one in page for one in unsaid), state
    waits = read(signer, f"{address}?{at(NOW + 5 * HOUR)}")  # the late check had come: 原为／现为 of then
    assert first in waits
    assert "<s" in waits
    assert f'href="{address}file/pdf/?{at(NOW)}"' in drafted
    assert f'href="{LIST}?{at(NOW)}"' in drafted


def test_known_by_an_instant_bounds_the_page_like_the_instant_itself(told: Bulletin, signer: Person) -> None:
    then = at(NOW + 3 * HOUR, "known")
    page = read(signer, f"{LIST}{told.pk}/?{at(NOW + DAY)}&{then}")
    assert "待签发" in page
    assert "后写的要求" not in page


def test_the_file_of_then_is_the_draft_of_then_with_the_number_that_it_would_have_got(
    told: Bulletin, signer: Person
) -> None:
    answer = client(signer).get(f"{LIST}{told.pk}/file/docx/?{at(NOW + 3 * HOUR)}")
    assert "draft" in answer.headers["Content-Disposition"]
    said = [one.text for one in Document(BytesIO(answer.content)).paragraphs]
    assert "先写的要求" in said
    assert told.number in said  # the first of the year then; the next draft of now gets the second
    assert any("共检查16次" in one for one in said)
    record = rules.bulletin_named("weekly-dust", WEEK)
    assert drafted_on(record, (NOW + DAY).date()).number == "朝城管通〔2026〕2号"
    signed = client(signer).get(f"{LIST}{told.pk}/file/docx/?{at(NOW + DAY)}")
    assert "draft" not in signed.headers["Content-Disposition"]


def test_the_list_shows_what_there_was_and_what_still_waited(told: Bulletin, signer: Person, drafter: Person) -> None:
    address = f"{LIST}{told.pk}/"
    before, waits, signed = (
        read(signer, f"{LIST}?{at(one)}") for one in (NOW - HOUR - HOUR, NOW + 3 * HOUR, NOW + DAY)
    )
    assert address not in before
    offered = "2026-W47</span>"
    assert [offered in page for page in (before, waits, signed)] == [True, False, False]
    assert [told.number in page for page in (before, waits, signed)] == [False, False, True]
    assert f'href="{address}?{at(NOW + 3 * HOUR)}"' in waits
    withdrawn = draft(rules.bulletin_named("weekly-dust", WEEK), WEEK, Acting(drafter, NOW + 2 * DAY))
    withdraw(withdrawn, "误拟", Acting(drafter, NOW + 2 * DAY + HOUR))
    assert "已作废" in read(signer, LIST)
    assert "已作废" not in read(signer, f"{LIST}?{at(NOW + 2 * DAY - HOUR)}")
    assert f"{LIST}{withdrawn.pk}/" not in read(signer, f"{LIST}?{at(NOW + DAY)}")


def test_what_was_a_draft_then_is_not_read_on_the_ground_by_looking_back(told: Bulletin, person: Make) -> None:
    street = person("street")
    address = f"{LIST}{told.pk}/"
    assert client(street).get(address).status_code == 200
    for page in (address, f"{address}file/docx/"):
        assert client(street).get(f"{page}?{at(NOW + 3 * HOUR)}").status_code == 404
    assert address not in read(street, f"{LIST}?{at(NOW + 3 * HOUR)}")
    assert client(person("viewer")).get(f"{address}?{at(NOW - 2 * HOUR)}").status_code == 404


def test_requirements_that_stand_are_told_of_the_history_that_has_them(told: Bulletin) -> None:
    BulletinEvent.objects.update(requirements="")
    import_module("lantian.apps.assessment.migrations.0006_bulletin_requirements").tell(apps, None)
    kinds = [(one.kind, one.requirements) for one in told.history.all()]
    assert kinds == [
        ("drafted", ""), ("written", ""), ("submitted", ""), ("returned", ""),
        ("written", "后写的要求"), ("refreshed", "后写的要求"), ("submitted", "后写的要求"), ("signed", "后写的要求"),
    ]  # fmt: skip
