"""The shell: safe headers, two languages, the moment shown, the navigation."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client, RequestFactory, override_settings

from lantian.apps.ui.as_of import WrongInstant, as_of, last_hour_with_data
from lantian.apps.ui.middleware import content_security_policy
from lantian.apps.ui.navigation import GROUPS, navigation

KIT = "/system/components/"
NOW = datetime(2020, 11, 23, 2, 24, tzinfo=UTC)


def page(client: Client, address: str = KIT, language: str = "zh-CN") -> str:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(reader: Client) -> None:
    policy = reader.get(KIT).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_tile_server_of_the_settings_is_the_only_other_host() -> None:
    policy = content_security_policy("https://tiles.example/{z}/{x}/{y}.png")
    assert re.findall(r"https?://[^ ;]+", policy) == ["https://tiles.example"] * 2


def test_other_headers_are_as_strict(reader: Client) -> None:
    headers = reader.get(KIT).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=(self)" in headers["Permissions-Policy"]


@pytest.mark.parametrize("theme", ["office", "wall"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_page_of_ours_carries_an_inline_script_or_style(reader: Client, language: str, theme: str) -> None:
    html = page(reader, f"{KIT}?theme={theme}", language)
    assert re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", html) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", html) == []


def test_the_component_page_is_chinese_first_and_wholly_english_in_english(reader: Client) -> None:
    assert 'lang="zh-CN"' in page(reader)
    english = re.sub(r"<[^>]+>", " ", page(reader, language="en"))
    assert re.findall(r"[\u4e00-\u9fff]+", english) == ["中文"]


def test_the_language_switch_leads_back_and_is_remembered(reader: Client) -> None:
    answer = reader.post("/language/", {"language": "en", "next": KIT}, headers={"accept-language": "zh-CN"})
    assert answer.headers["Location"] == KIT
    assert 'lang="en"' in page(reader, language="zh-CN")


def test_live_shows_the_last_hour_with_data(monkeypatch: pytest.MonkeyPatch) -> None:
    last = datetime(2020, 11, 23, 1, tzinfo=UTC)
    monkeypatch.setattr("lantian.apps.ui.as_of.last_hour_with_data", [lambda: last])
    shown = as_of(None, None, NOW)
    assert (shown.live, shown.instant, shown.age.total_seconds()) == (True, last, 84 * 60)


def test_live_without_any_data_shows_the_running_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lantian.apps.ui.as_of.last_hour_with_data", [lambda: None])
    assert as_of(None, None, NOW).instant == datetime(2020, 11, 23, 2, tzinfo=UTC)


def test_replay_reads_beijing_time_and_what_was_known_then() -> None:
    shown = as_of("2020-11-23T10:00", "2020-11-24T08:30", NOW)
    assert shown.instant == datetime(2020, 11, 23, 2, tzinfo=UTC)
    assert shown.known_at == datetime(2020, 11, 24, 0, 30, tzinfo=UTC)
    assert shown.query == "?at=2020-11-23T10:00&known=2020-11-24T08:30"


@pytest.mark.parametrize("found", ["yesterday", "2020-13-01T00:00", "0001-01-01T00:00"])
def test_a_moment_that_cannot_be_read_is_a_sentence(found: str) -> None:
    with pytest.raises(WrongInstant, match="write 2020-11-23T10:00"):
        as_of(found, None, NOW)


def test_a_wrong_moment_in_the_address_answers_400_with_the_sentence(reader: Client) -> None:
    answer = reader.get(f"{KIT}?at=yesterday", headers={"accept-language": "en"})
    assert answer.status_code == 400
    assert "at=yesterday in the address is no instant" in answer.content.decode()


def test_in_replay_the_bar_is_marked_and_links_keep_the_moment(reader: Client) -> None:
    html = page(reader, f"{KIT}?at=2020-11-23T10:00")
    assert "data-replay>" in html
    assert 'href="/system/components/?at=2020-11-23T10:00"' in html
    assert "data-replay>" not in page(reader)


def test_the_navigation_has_twelve_sections_in_four_groups() -> None:
    sections = [[str(section.label) for section in group] for group in GROUPS]
    assert [len(group) for group in sections] == [1, 5, 4, 2]
    assert (
        " ".join(" ".join(group) for group in sections) == "总览 空气 监测 报警 案件 检查 台账 应急 计划 考核 公众 系统"
    )


def test_a_section_without_a_page_is_no_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lantian.apps.ui.navigation.may_open", [lambda _request, _path: True])
    entries = {str(e.label): e for group in navigation(RequestFactory().get(KIT)) for e in group}
    assert entries["应急"].path is None
    assert entries["系统"].open


def test_a_link_that_would_be_refused_is_not_offered(reader: Client) -> None:
    assert "/system/admin/" not in page(reader)


def test_the_shell_costs_few_queries(reader: Client, django_assert_max_num_queries: Callable[[int], Any]) -> None:
    with django_assert_max_num_queries(4):
        page(reader)


def test_healthz_answers_strangers(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_readyz_says_which_part_is_missing(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "ok"
    assert answer.json()["checks"]["worker"] == "the worker gives no sign of life"


def test_a_hook_is_wired() -> None:
    assert last_hour_with_data[-1].__module__ == "lantian.apps.telemetry.air"


@override_settings(PACK="no-such-pack")
@pytest.mark.django_db
def test_readyz_names_a_pack_that_cannot_be_read(client: Client) -> None:
    assert client.get("/readyz").json()["checks"]["pack"] != "ok"


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "没有此页"), ("en", "No such page")])
def test_an_unknown_address_is_said_in_words(reader: Client, language: str, words: str) -> None:
    answer = reader.get("/nowhere/", headers={"accept-language": language})
    assert answer.status_code == 404
    assert words in answer.content.decode()


def test_an_error_shows_a_number_and_no_trace(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lantian.apps.ui.views.examples", lambda _now: 1 / 0)
    reader.raise_request_exception = False
    answer = reader.get(KIT, headers={"accept-language": "en"})
    assert answer.status_code == 500
    assert "E-500" in answer.content.decode()
    assert "ZeroDivisionError" not in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_words() -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/sign-in/", {}, headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "The form is out of date" in answer.content.decode()
