"""English headings, labels and buttons begin with a capital letter, as the pages' style is."""

import re

import polib

from lantian.project.translations import PACKAGE, catalogues

HEAD = re.compile(
    r"""<(?:th|dt|h1|h2|h3|label|legend|button|summary|option|caption)\b[^>]*>\s*\{% translate ["']([^"']+)["'] %\}"""
)
UNITS = {
    "天": "a unit, d",
    "时": "a unit, h",
    "自": "from, completed by the day below",
    "比上期": "vs. before",
    "比去年同期": "vs. last year",
    "实测 k": "a symbol, k",
    "未确认": "beside a grade of confidence",
}


def test_english_headings_labels_and_buttons_begin_with_a_capital() -> None:
    english = {entry.msgid: entry.msgstr for path in catalogues() for entry in polib.pofile(str(path))}
    heads = {
        text: path.name
        for path in PACKAGE.glob("apps/*/templates/**/*.html")
        for text in HEAD.findall(path.read_text(encoding="utf-8"))
    }
    assert {text: heads[text] for text in heads.keys() - UNITS if english.get(text, "")[:1].islower()} == {}
