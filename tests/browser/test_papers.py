"""Measures and papers in a real browser: from a proposed fine to its issued decision; nothing overflows on a phone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lantian.apps.accounts.models import Person, Post
from lantian.apps.accounts.services.geography import sync_pack
from lantian.apps.cases.models import Case, Measure, Paper
from lantian.apps.cases.services import NewCase, Taken, attach_file, open_case, take_step
from lantian.apps.cases.services.amounts import Proposal
from lantian.apps.cases.services.measures import Step, propose, take
from lantian.apps.cases.services.papers import draft
from lantian.apps.ledger.models import Source
from lantian.apps.ledger.services.attachments import Sent
from lantian.policy.reader import load_pack
from tests.browser.conftest import Tab
from tests.cases.conftest import photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OVERFLOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
MIDDLE = {"harm": "medium", "repeat": "second", "correction": "in-time"}


@pytest.fixture
def case(db: None, settings: Any, tmp_path: Path) -> Case:
    """A dust case with two earlier penalties, a proposed fine that was told, and its officer."""
    now = datetime.now(UTC)
    settings.DATA_DIR, settings.PACK = tmp_path, "cn-110105-2018"
    sync_pack(load_pack(settings.PACK), at=now)
    officer = Person.objects.create_person("officer", None, name_zh="执法员丙", name_en="Officer C")
    Post.objects.create(person=officer, role="enforcement", organisation_id="urban-enforcement")
    site = Source.objects.create(
        kind="construction-site", code="GD-1", name="观音堂安置房工地", state="working", area_id="110105001",
        address="王四营乡观音堂路 8 号", created_at=now, changed_at=now, attributes={
            "builder": "某建设集团有限公司", "permit_number": "110105202603010101"},
    )  # fmt: skip
    made: list[Case] = []
    for days in (9, 6, 1):
        at = now - timedelta(days=days)
        new = NewCase(type="dust-violation", title="王四营 · 观音堂安置房工地 未湿法作业", happened_at=at, source=site,
                      facts="东侧约 800 平方米裸土未覆盖，雾炮未开启。")  # fmt: skip
        opened = open_case(new, by=officer, at=at)
        attach_file(opened, 1, Sent("东门土方.jpg", photo()), note_text="东门北侧", by=officer, at=at)
        opened = take_step(opened, 1, Taken("violation", "裸土未盖，雾炮未开", "工地东门"), by=officer, at=at)
        made.append(opened)
        if days > 1:
            opened = take_step(opened, 3, Taken("penalise", "事实清楚"), by=officer, at=at)
            take_step(opened, 4, Taken("served", "已送达"), by=officer, at=at)
    asked = Proposal("site-dust-fine", "某建设集团有限公司", "东侧约 800 平方米裸土未覆盖。", factors=MIDDLE)
    measure = propose(made[2], asked, by=officer, at=now - timedelta(hours=20))
    take(measure, Step("notice", "告知书直接送达"), by=officer, at=now - timedelta(hours=19))
    return made[2]


def test_an_officer_settles_the_rights_decides_and_issues_the_decision(tab: Callable[..., Tab], case: Case) -> None:
    officer = tab("officer")
    officer.open(f"/cases/{case.slug}/")
    officer.keep("case-with-measures")
    page = officer.page
    page.get_by_role("link", name="施工扬尘防治措施不落实：罚款").click()
    for _ in range(2):
        page.get_by_role("button", name="当事人书面放弃…").first.click()
        page.locator("[popover]:popover-open textarea").fill("当事人出具书面放弃声明。")
        page.locator("[popover]:popover-open button").click()
    page.get_by_role("button", name="作出决定…").click()
    page.locator("[popover]:popover-open textarea").fill("事实清楚，证据充分。")
    page.locator("[popover]:popover-open button").click()
    officer.keep("measure")
    page.get_by_role("button", name="起草 行政处罚决定书").click()
    officer.keep("paper-draft")
    for name, text in (("party_code", "91110105MA01234567"), ("party_head", "张三"), ("law", "《某法》第一条")):
        page.locator(f"#v-{name}").fill(text)
    page.get_by_role("button", name="签发并编号").click()
    paper = Paper.objects.get()
    page.get_by_text(paper.number).first.wait_for()
    officer.keep("paper-issued")
    assert Measure.objects.get().state == "decided"
    assert "罚款人民币55000元（大写：伍万伍仟元整）" in page.locator(".sheet").inner_text()


def test_no_page_of_measures_and_papers_is_wider_than_a_phone(tab: Callable[..., Tab], case: Case) -> None:
    measure = case.measures.get()
    paper = draft(case, "strike-off-sheet", by=Person.objects.get(username="officer"), at=datetime.now(UTC))
    phone, desk = tab("officer", width=390, height=844, language="en"), tab("officer", language="en")
    pages = {
        "case": f"/cases/{case.slug}/", "measure-new": f"/cases/{case.slug}/measures/",
        "measure-fine": f"/cases/{case.slug}/measures/?record=site-dust-fine",
        "measure": f"/cases/{case.slug}/measures/{measure.pk}/", "catalogue": "/cases/measures/",
        "public": "/public/sanctions/", "paper": f"/cases/{case.slug}/papers/{paper.pk}/", "todo": "/cases/",
    }  # fmt: skip
    for name, path in pages.items():
        phone.open(path)
        phone.keep(f"{name}-390-en")
        assert not phone.page.evaluate(OVERFLOW), path
        desk.open(path)
        desk.keep(f"{name}-1440-en")
