"""English counts agree with their number: "1 row", "2 rows". Chinese has one form, so that nothing else would tell.

A text with a number before a plural noun comes from ``ngettext`` or ``{% blocktranslate count %}``.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from lantian.project.translations import PACKAGE, catalogues

NUMBER = r"%\(\w+\)[sd](?:</?[a-z][^>]*>)*"
COUNT = re.compile(rf"{NUMBER} (?P<words>(?:[a-z][a-z-]* ){{0,2}}?[a-z][a-z-]*s)\b")
NO_NOUN = re.compile(
    r"appears|as|belongs|brings|changes|closes|counts|does|drops|earns|follows|has|holds|is|its|lateness|less|lies|means|names|"
    r"needs|reaches|rests|rises|says|seals|steps|takes|this|unpacks|waits|was"
)
BETWEEN = re.compile(
    r"a|an|and|at|by|cannot|counts|for|from|had|has|have|in|is|it|needs|no|of|or|the|they|to|was|with|without"
)
EXCEPTIONS = {
    "不足 %(least)d 次，查处率不排名": "a least number of one would leave nobody out",
    "检查不足 %(least)d 次，不参加排名": "a least number of one would leave nobody out",
    "%(n)s 个街乡并列": "a rank is shared by two or more",
    "至多 %(most)s 张照片。": "fixed, four",
    "至少 %(n)s 个字符，含小写、大写、数字、其他字符中的 %(classes)s 类；"
    "不与最近 %(past)s 个相同；%(days)s 天后须再换。": "the pack's rules of passwords, never one",
    "%(draws)d 次抽样的中位数 %(mean)s，%(share)s %% 区间 %(low)s—%(high)s": "fixed, a thousand and more",
}
UNITS = {"分": "the unit of marks, which are decimals", "万元": "a unit"}


def counts_without_a_singular(english: str) -> list[str]:
    """Return what is counted in the plural whatever the number.

    >>> counts_without_a_singular("%(n)s rows, %(late)s working days late")
    ['rows', 'working days']
    >>> counts_without_a_singular("%(n)s of %(all)s ranked; row %(n)s is wrong; %(n)s with results")
    []
    """
    found = [each["words"] for each in COUNT.finditer(english)]
    return [words for words in found if is_plural(words)]


def is_plural(words: str) -> bool:
    """Tell whether the words end in a plural noun and belong to the number before them."""
    *before, noun = words.split()
    return not NO_NOUN.fullmatch(noun) and not noun.endswith("ss") and not any(map(BETWEEN.fullmatch, before))


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parents[3].name)
def test_an_english_count_has_a_singular(path: Path) -> None:
    wrong = {
        entry.msgid: entry.msgstr
        for entry in polib.pofile(str(path))
        if not entry.msgid_plural and entry.msgid not in EXCEPTIONS and counts_without_a_singular(entry.msgstr)
    }
    assert wrong == {}


def test_every_exception_is_still_needed() -> None:
    english = {entry.msgid: entry.msgstr for path in catalogues() for entry in polib.pofile(str(path))}
    assert [msgid for msgid in EXCEPTIONS if not counts_without_a_singular(english.get(msgid, ""))] == []


AFTER_A_NUMBER = (
    re.compile(r"""\}\}(?:</b>)? *(?:<span class="[^"]*">)?\{% translate ["']([^"']+)["'] %\}"""),
    re.compile(r"""\{% figure (?!["'])[^%]*?(?: |unit=)_\("([^"]+)"\)"""),
)


def words_after_numbers(source: str) -> Iterator[str]:
    """Yield the texts that stand behind a number without knowing it.

    >>> list(words_after_numbers('<b>{{ n|number }}</b> <span class="u">{% translate "行" %}</span>'))
    ['行']
    """
    for pattern in AFTER_A_NUMBER:
        for found in pattern.finditer(source):
            yield found[1]


def test_no_word_behind_a_number_is_always_plural_or_always_singular() -> None:
    """A bare translate tag knows no number: it says "rows" behind a one, or "row" behind a two."""
    entries = [entry for path in catalogues() for entry in polib.pofile(str(path))]
    plain = {entry.msgid: entry.msgstr for entry in entries if not entry.msgid_plural}
    counted = {entry.msgid for entry in entries if entry.msgid_plural}
    wrong = {
        f"{path.name}: {text}"
        for path in PACKAGE.glob("apps/*/templates/**/*.html")
        for text in words_after_numbers(path.read_text(encoding="utf-8"))
        if text not in UNITS and (text in counted or is_count_noun(plain.get(text, "")))
    }
    assert wrong == set()


def is_count_noun(english: str) -> bool:
    """Tell whether a text is one plural noun, perhaps with a word before it."""
    return bool(re.fullmatch(r"(?:[a-z-]+ )?[a-z-]+s|people", english)) and is_plural(english)
