"""Whose screen and whose file it is."""

from datetime import UTC, datetime
from types import SimpleNamespace

from django.template.loader import render_to_string

from lantian.apps.ui.watermark import export_mark

NOW = datetime(2020, 11, 23, 2, tzinfo=UTC)
PERSON = SimpleNamespace(
    name="王守蓝", name_zh="王守蓝", name_en="", username="wang", is_authenticated=True, get_username=lambda: "wang"
)


def test_an_export_says_who_took_it_and_when_in_beijing_time() -> None:
    mark = export_mark(PERSON, NOW)
    assert mark.in_language("zh") == "导出人 王守蓝（wang） 2020-11-23 10:00 · 仅限工作使用，请勿外传"
    assert "王守蓝 (wang) 2020-11-23 10:00" in mark.in_language("en")


def test_the_watermark_names_the_reader_and_the_time() -> None:
    context = {"request": SimpleNamespace(user=PERSON), "as_of": SimpleNamespace(now=NOW)}
    page = render_to_string("ui/watermark.html", context)
    assert "王守蓝 wang" in page
    assert "2020-11-23 10:00" in page
    assert 'aria-hidden="true"' in page
