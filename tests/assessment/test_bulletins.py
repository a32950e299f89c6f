"""A bulletin from draft to signature: who may do what, what is frozen, and what a later correction leaves standing."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from lantian.apps.accounts.models import Organisation, Person, Post
from lantian.apps.assessment import rules
from lantian.apps.assessment.models import Bulletin
from lantian.apps.assessment.models.bulletins import BulletinQuerySet, FrozenError
from lantian.apps.assessment.rules import record_of
from lantian.apps.assessment.services.bulletins import (
    Acting,
    BulletinError,
    draft,
    give_back,
    refresh,
    sign,
    submit,
    withdraw,
    write,
)
from lantian.apps.assessment.services.papers import Stamp
from lantian.apps.assessment.services.printing import problems_of
from lantian.apps.assessment.services.producers import data_of, paper_for
from lantian.apps.assessment.services.signed import PaperError, content_of
from lantian.apps.assessment.snapshots import read
from lantian.apps.audit.models import Entry
from lantian.apps.inspections.models import Inspection
from lantian.apps.notices.models import Notice
from lantian.apps.ui.official.docx import links_in, to_docx
from lantian.apps.ui.official.validator import check_docx
from lantian.kernel.periods import Period
from tests.assessment.conftest import NOW, WEEK

Make = Callable[..., Person]
HOUR = timedelta(hours=1)


@pytest.fixture
def drafted(busy_week: None, drafter: Person) -> Bulletin:
    """The week's bulletin as a draft."""
    return draft(rules.bulletin_named("weekly-dust", WEEK), WEEK, Acting(drafter, NOW))


@pytest.fixture
def signed(drafted: Bulletin, drafter: Person, signer: Person) -> Bulletin:
    """The week's bulletin, signed."""
    return sign(submit(drafted, Acting(drafter, NOW)), Acting(signer, NOW + HOUR))


def texts(content: bytes) -> str:
    """Return all that a DOCX says, tables too."""
    word = Document(BytesIO(content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in word.paragraphs), *cells])


def test_a_signed_bulletin_has_number_day_snapshot_and_papers_in_official_form(signed: Bulletin) -> None:
    assert (signed.number, str(signed.day), signed.state) == ("朝城管通〔2026〕1号", "2026-11-23", "signed")
    docx, pdf = content_of(signed, "docx"), content_of(signed, "pdf")
    assert check_docx(docx) == []
    assert pdf.startswith(b"%PDF-")
    said = texts(docx)
    # 16 checks after 21, 6 violations after 3; 6/16 = 37.5 %
    assert "本周全区共检查16次，比上周减少5次" in said
    assert "查出违法6起，比上周增加3起；违法查处率为37.5%" in said
    assert f"数据快照 {signed.snapshot.short}，数据截至2026年11月23日9时05分" in said
    assert "第十一条、第三十一条" in said


def test_the_papers_can_be_set_again_from_the_snapshot_to_the_same_bytes(signed: Bulletin) -> None:
    assert signed.day is not None
    stamp = Stamp(signed.day, signed.number, draft=False)
    again = to_docx(paper_for(signed, stamp))
    assert hashlib.sha256(again).hexdigest() == signed.docx_sha256


@pytest.mark.row("B16")
def test_a_week_signed_under_one_address_keeps_it_and_its_figures_lead_there(
    drafted: Bulletin, drafter: Person, signer: Person, settings: Any
) -> None:
    settings.SITE_URL = "https://first.example"
    signed = sign(submit(drafted, Acting(drafter, NOW)), Acting(signer, NOW + HOUR))
    settings.SITE_URL = "https://second.example"
    docx = content_of(signed, "docx")
    assert set(links_in(docx)) == {f"https://first.example/assessment/snapshots/{signed.snapshot_id}/figures/"}
    xml = Document(BytesIO(docx)).element.xml
    assert {"checks", "violations_previous_change", "place_110105001_rate"} <= set(
        re.findall(r'w:anchor="([^"]+)"', xml)
    )
    assert problems_of(WEEK) == []


def test_later_checks_change_nothing_of_what_is_signed(
    signed: Bulletin, inspected: Callable[..., Inspection], drafter: Person, signer: Person
) -> None:
    before = content_of(signed, "docx")
    inspected("110105004", result="failed", recorded_at=NOW + 2 * HOUR)
    assert content_of(Bulletin.objects.get(pk=signed.pk), "docx") == before
    second = draft(record_of(signed), WEEK, Acting(drafter, NOW + 3 * HOUR))
    second = sign(submit(second, Acting(drafter, NOW + 3 * HOUR)), Acting(signer, NOW + 4 * HOUR))
    assert (second.version, second.number) == (2, "朝城管通〔2026〕2号")
    assert "共检查17次" in texts(content_of(second, "docx"))
    assert "共检查16次" in texts(content_of(signed, "docx"))


def test_nobody_signs_their_own_draft(busy_week: None, signer: Person) -> None:
    own = draft(rules.bulletin_named("weekly-dust", WEEK), WEEK, Acting(signer, NOW))
    with pytest.raises(BulletinError, match="somebody else than its drafter"):
        sign(submit(own, Acting(signer, NOW)), Acting(signer, NOW))


@pytest.mark.parametrize("role", ["bureau", "street", "viewer", "community", "system-admin"])
def test_a_role_that_the_pack_does_not_name_signs_nothing(
    drafted: Bulletin, drafter: Person, person: Make, role: str
) -> None:
    waiting = submit(drafted, Acting(drafter, NOW))
    with pytest.raises(BulletinError, match="do not allow"):
        sign(waiting, Acting(person(role, "other"), NOW))


def test_a_draft_is_not_signed_before_it_is_handed_in_and_a_signed_one_not_again(
    drafted: Bulletin, signer: Person, drafter: Person
) -> None:
    with pytest.raises(BulletinError, match="cannot be done now"):
        sign(drafted, Acting(signer, NOW))
    done = sign(submit(drafted, Acting(drafter, NOW)), Acting(signer, NOW))
    for act, by in ((sign, signer), (refresh, drafter)):
        with pytest.raises(BulletinError, match="cannot be done now"):
            act(done, Acting(by, NOW))
    assert Bulletin.objects.get(pk=done.pk).number == "朝城管通〔2026〕1号"


def test_a_week_that_is_not_over_has_no_bulletin(busy_week: None, drafter: Person) -> None:
    record = rules.bulletin_named("weekly-dust", WEEK)
    with pytest.raises(BulletinError, match="not over"):
        draft(record, WEEK, Acting(drafter, WEEK.end - timedelta(seconds=1)))
    assert draft(record, WEEK, Acting(drafter, WEEK.end)).version == 1


def test_a_period_has_one_open_bulletin(drafted: Bulletin, drafter: Person) -> None:
    with pytest.raises(BulletinError, match="not signed yet"):
        draft(record_of(drafted), WEEK, Acting(drafter, NOW))


def test_who_drafts_in_the_same_instant_as_another_is_told_so(
    drafted: Bulletin, drafter: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BulletinQuerySet, "open", lambda rows: rows.none())  # as seen before the other's was there
    with pytest.raises(BulletinError, match="not signed yet"):
        draft(record_of(drafted), WEEK, Acting(drafter, NOW + HOUR))
    assert Bulletin.objects.count() == 1


def test_a_draft_takes_the_facts_anew_when_asked(
    drafted: Bulletin, drafter: Person, inspected: Callable[..., Inspection]
) -> None:
    inspected("110105004", recorded_at=NOW + HOUR)
    assert read(data_of(drafted.snapshot)).league().checks == 16
    fresh = refresh(drafted, Acting(drafter, NOW + 2 * HOUR))
    assert read(data_of(fresh.snapshot)).league().checks == 17
    assert fresh.snapshot_id != drafted.snapshot_id


def test_what_is_asked_of_the_streets_stands_in_the_paper(drafted: Bulletin, drafter: Person, signer: Person) -> None:
    written = write(drafted, " 请加强检查。\n\n请按时反馈。 ", Acting(drafter, NOW))
    done = sign(submit(written, Acting(drafter, NOW)), Acting(signer, NOW))
    said = texts(content_of(done, "docx"))
    assert "四、工作要求" in said
    assert "请加强检查。\n请按时反馈。" in said


def test_a_bulletin_goes_back_with_a_reason_and_may_be_withdrawn_without_taking_a_number(
    drafted: Bulletin, drafter: Person, signer: Person
) -> None:
    waiting = submit(drafted, Acting(drafter, NOW))
    with pytest.raises(BulletinError, match="Say why"):
        give_back(waiting, " ", Acting(signer, NOW))
    back = give_back(waiting, "数据待核", Acting(signer, NOW))
    assert back.state == "draft"
    withdraw(back, "重拟", Acting(drafter, NOW))
    second = draft(record_of(drafted), WEEK, Acting(drafter, NOW + HOUR))
    done = sign(submit(second, Acting(drafter, NOW + HOUR)), Acting(signer, NOW + HOUR))
    assert (done.version, done.number) == (2, "朝城管通〔2026〕1号")
    assert [one.kind for one in back.history.all()] == ["drafted", "submitted", "returned", "withdrawn"]


def test_who_saw_an_older_revision_is_told_to_look_again(drafted: Bulletin, drafter: Person, signer: Person) -> None:
    submit(drafted, Acting(drafter, NOW, revision=1))
    with pytest.raises(BulletinError, match="look again"):
        sign(drafted, Acting(signer, NOW, revision=1))


def test_each_act_is_in_the_audit_log_and_the_history_cannot_be_changed(signed: Bulletin) -> None:
    verbs = list(Entry.objects.filter(verb__startswith="bulletin.").values_list("verb", flat=True))
    assert verbs == ["bulletin.drafted", "bulletin.submitted", "bulletin.signed"]
    with pytest.raises(FrozenError):
        signed.history.get(kind="signed").delete()


def test_a_signed_file_that_was_changed_is_not_given_out(signed: Bulletin, settings: Any) -> None:
    (Path(settings.DATA_DIR) / signed.pdf).write_bytes(b"%PDF-1.7 other")
    with pytest.raises(PaperError, match="hash does not fit"):
        content_of(signed, "pdf")


def test_a_week_without_checks_has_a_bulletin_that_says_so(district: None, drafter: Person, signer: Person) -> None:
    empty = draft(rules.bulletin_named("weekly-dust", WEEK), WEEK, Acting(drafter, NOW))
    done = sign(submit(empty, Acting(drafter, NOW)), Acting(signer, NOW))
    content = content_of(done, "docx")
    assert "4个街乡没有扬尘执法检查记录，不作排名" in texts(content)
    assert check_docx(content) == []


def test_a_pack_without_the_bulletin_says_so() -> None:
    with pytest.raises(rules.NoBulletin, match="no bulletin 'daily'"):
        rules.bulletin_named("daily", Period.read("2026-11"))


def test_signers_are_told_of_what_waits_the_drafter_of_what_comes_back_and_streets_of_what_is_issued(
    drafted: Bulletin, drafter: Person, signer: Person
) -> None:
    office = Organisation.objects.get(code="office-110105001")
    office.area_id = "110105001"
    office.save()
    street = Person.objects.create_person("office", None, name_zh="街乡员", name_en="Street Officer")
    Post.objects.create(person=street, role="street", organisation=office)
    waiting = submit(drafted, Acting(drafter, NOW))
    back = give_back(waiting, "数据待核", Acting(signer, NOW))
    sign(submit(back, Acting(drafter, NOW)), Acting(signer, NOW))
    told = [(one.person.username, one.message.title_zh) for one in Notice.objects.order_by("pk")]
    assert told == [
        ("duty", "待签发：施工扬尘执法检查周通报 2026-W47"),
        ("enforcement", "退回修改：施工扬尘执法检查周通报 2026-W47"),
        ("duty", "待签发：施工扬尘执法检查周通报 2026-W47"),
        ("office", "朝城管通〔2026〕1号 施工扬尘执法检查周通报 2026-W47"),
    ]
