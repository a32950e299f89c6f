"""Notices in a real browser: both languages, wide and narrow; from the bell to what a notice is about."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from lantian.apps.accounts.models import Person
from lantian.apps.notices.models import Channel
from lantian.apps.notices.senders import Answer
from lantian.apps.notices.services import tell
from lantian.apps.notices.services.channels import ChannelValues, save_channel
from lantian.apps.notices.services.delivering import send_due
from lantian.kernel.errors import Text
from tests.browser.conftest import Tab

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Tabs = Callable[..., Tab]
PAGES = {
    "inbox": "/notices/",
    "all": "/notices/?all=1",
    "preferences": "/notices/preferences/",
    "system": "/system/notices/",
    "channel": "/system/notices/channels/{key}/",
    "sms": "/system/notices/channels/new/sms/",
}
STEP = {
    "number": "朝扬尘案〔2026〕17号", "title": Text("观音堂安置房工地未湿法作业", "Guanyintang site, no wet work"),
    "step": Text("现场核验", "Verify on site"), "holder": Text("区城管执法局", "Urban Enforcement Bureau"),
    "due": Text("2026-11-27 21:10 前办毕", "due by 2026-11-27 21:10"),
    "level": Text("报本单位负责人", "the head of the unit"), "count": 5,
}  # fmt: skip


def channel(kind: str, name: str, by: Person, **values: str) -> Channel:
    options = {"host": "smtp.office.example", "port": "465", "security": "tls", "sender": "lantian@office.example"}
    given = ChannelValues(name=name, options=options if kind == "email" else {}, secrets=values)
    return save_channel(Channel(kind=kind), given, by=by, at=datetime.now(UTC))


def news(person: Person) -> Channel:
    """Tell a person of three events; of their deliveries one is sent, one put off, one given up."""
    now = datetime.now(UTC)
    person.email = "keeper@office.example"
    person.save()
    channel("email", "区局邮件服务器", person)
    robot = channel("dingtalk", "督办群", person, url="https://oapi.dingtalk.com/robot/send?access_token=1", secret="S")
    for number, template in enumerate(("case-step", "case-overdue", "case-due-soon-many")):
        at = now - timedelta(hours=3 - number)
        tell(person, template, STEP, link="/notices/?all=1", key=template, at=at, urgent=True)
    answers = {
        "case-step": Answer(True, "SMTP 250"),
        "case-overdue": Answer(False, "550 5.1.1 No such user here", final=True),
        "case-due-soon-many": Answer(False, "ConnectTimeout: timed out after 10 s"),
    }
    send_due(now, send=lambda out, _timeout_s: answers[out.template])
    return robot


@pytest.mark.parametrize(("language", "width", "height"), [("zh", 1440, 900), ("en", 390, 844)])
def test_the_pages_fit_without_trouble(tab: Tabs, language: str, width: int, height: int) -> None:
    one = tab("system-admin", language=language, width=width, height=height)
    robot = news(Person.objects.get(username="system-admin"))
    for name, path in PAGES.items():
        one.open(path.format(key=robot.pk))
        one.keep(f"notices-{name}-{language}-{width}")
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_the_bell_leads_to_the_inbox_and_a_notice_to_what_it_is_about(tab: Tabs) -> None:
    one = tab("system-admin")
    news(Person.objects.get(username="system-admin"))
    one.open("/system/components/")
    assert one.page.locator(".bell .count").inner_text() == "5"
    one.page.locator(".bell").click()
    one.page.get_by_role("button", name="现场核验：观音堂安置房工地未湿法作业").click()
    one.page.wait_for_url("**/notices/?all=1")
    assert one.page.locator(".bell .count").inner_text() == "4"
    one.page.get_by_role("button", name="全部标为已读").click()
    one.page.wait_for_load_state()
    assert one.page.locator(".bell .count").count() == 0
