"""English sentences in code agree with their numbers: ``counted(days, "day")`` says one day and two days."""

import ast
import re
from collections.abc import Iterator

from lantian.project.translations import PACKAGE
from tests.project.test_plurals import is_plural

HAN = re.compile(r"[\u4e00-\u9fff]")
PERHAPS = re.compile(r"\} (?:[a-z][a-z-]* ){0,2}?[a-z][a-z-]*s\b")
SENTENCE = re.compile(r"\{(?P<at>\d+)\} (?P<words>(?:[a-z][a-z-]* ){0,2}?[a-z][a-z-]*s)\b")
NEVER_ONE = {
    "found bytes": "more than a frame may hold",
    "stations stations": "more than an import takes",
    "years years": "more than an import takes",
    "len(found) geometries": "none, or several where one is wanted",
    "len(found) organisations": "several of one name",
    "len(values) values": "a percentile of nothing, or of many",
    "len(lines) frames": "evidence of a day; one alone is read as well",
    "len(lines) audit entries": "evidence of a day; one alone is read as well",
    "_number(rule.score) standard errors": "a score of the pack, a decimal",
    "step points": "percentage points of the pack, decimals",
    "rise points": "percentage points of the pack, decimals",
    "side pages": "odd or even, no number",
    "record.draws draws": "the pack's draws, at least a hundred",
    "most characters": "the longest field of a form",
    "colour lamps": "a colour, no number",
    "suffix files": "a suffix, no number",
    "factor.value hours": "a factor, no number",
    "one.code hours": "a factor, no number",
    "device.get_family_display() devices": "a protocol, no number",
}


def counted_in_code(source: str) -> Iterator[str]:
    """Yield what f-strings in English count in the plural whatever the number; limits in capitals are fixed.

    >>> list(counted_in_code('f"{n} late rows", f"{n} 行", f"at most {MOST} rows", f"{name} is late"'))
    ['n late rows']
    """
    for node in ast.walk(ast.parse(source if PERHAPS.search(source) else "")):
        if isinstance(node, ast.JoinedStr):
            yield from _counted_in(node)


def _counted_in(text: ast.JoinedStr) -> Iterator[str]:
    values = [value.value for value in text.values if isinstance(value, ast.FormattedValue)]
    numbers = iter(range(len(values)))
    said = "".join(
        str(value.value) if isinstance(value, ast.Constant) else f"{{{next(numbers)}}}" for value in text.values
    )
    for found in SENTENCE.finditer("" if HAN.search(said) else said):
        value, words = ast.unparse(values[int(found["at"])]), found["words"]
        if not value.isupper() and is_plural(words):
            yield f"{value} {words}"


def test_no_sentence_in_code_counts_in_the_plural_whatever_the_number() -> None:
    found = {
        words: path.name
        for path in PACKAGE.rglob("*.py")
        for words in counted_in_code(path.read_text(encoding="utf-8"))
    }
    assert {words: name for words, name in found.items() if words not in NEVER_ONE} == {}
    assert sorted(NEVER_ONE.keys() - found.keys()) == [], "exceptions that nothing needs any more"
