"""Chinese first, English complete: every text of every app has its English, and no template hides Chinese."""

import re
from pathlib import Path

import polib
import pytest

from lantian.project.translations import PACKAGE, messages

APPS = sorted(path.parent for path in PACKAGE.glob("apps/*/apps.py"))
HAN = re.compile(r"[\u4e00-\u9fff]")
TAGS = re.compile(
    r"{%\s*(?:blocktranslate|blocktrans)\b.*?{%\s*end(?:blocktranslate|blocktrans)\s*%}|{%\s*comment.*?endcomment\s*%}|{%.*?%}|{#.*?#}|{{.*?}}",
    re.DOTALL,
)
LANGUAGE_NAMES = ("中文",)  # a language is named in itself


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_every_text_of_an_app_has_its_english(app: Path) -> None:
    texts = {text for text in messages(app) if HAN.search(text)}
    path = app / "locale" / "en" / "LC_MESSAGES" / "django.po"
    entries = polib.pofile(str(path)) if path.exists() else []
    translated = {entry.msgid for entry in entries if entry.msgstr.strip() or any(entry.msgstr_plural.values())}
    assert sorted(texts - translated) == []


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_no_english_text_holds_chinese(app: Path) -> None:
    path = app / "locale" / "en" / "LC_MESSAGES" / "django.po"
    entries = polib.pofile(str(path)) if path.exists() else []
    assert [entry.msgstr for entry in entries if HAN.search(entry.msgstr)] == []


def test_a_text_has_the_same_english_in_every_app() -> None:
    """Django takes one of them for all pages, so that another would never be read."""
    english: dict[tuple[str | None, str, str], dict[tuple[str, ...], list[str]]] = {}
    for app in APPS:
        for entry in polib.pofile(str(app / "locale" / "en" / "LC_MESSAGES" / "django.po")):
            said = (entry.msgstr, *entry.msgstr_plural.values())
            if any(said) and not entry.obsolete:
                key = (entry.msgctxt, entry.msgid, entry.msgid_plural)
                english.setdefault(key, {}).setdefault(said, []).append(app.name)
    assert {key: said for key, said in english.items() if len(said) > 1} == {}


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_no_template_holds_chinese_outside_translate_tags(app: Path) -> None:
    raw: dict[str, list[str]] = {}
    for path in app.rglob("*.html"):
        rest = TAGS.sub("", path.read_text(encoding="utf-8"))
        for name in LANGUAGE_NAMES:
            rest = rest.replace(name, "")
        if found := [line.strip() for line in rest.splitlines() if HAN.search(line)]:
            raw[path.name] = found
    assert raw == {}


PUNCTUATION = re.compile(r"[，。、；：！？（）《》〔〕]")
PAPER = re.compile(
    r"""<p class="to">.*?</p>|<p>（\{\{.*?\}\}）</p>"""
)  # of an official paper, Chinese whatever the page


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_no_template_holds_chinese_punctuation_outside_translate_tags(app: Path) -> None:
    raw = {
        path.name: PUNCTUATION.findall(rest)
        for path in app.rglob("*.html")
        if PUNCTUATION.search(rest := TAGS.sub("", PAPER.sub("", path.read_text(encoding="utf-8"))))
    }
    assert raw == {}
