"""Every kind of mistake that a pack can hold is found, alone, and named with its place."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from lantian.policy.check import check_pack
from tests.policy.conftest import HEADER, RECORDS, WritePack

RULE = """
[[rule]]
id = "severe"
zh = "严重污染"
en = "severe pollution"
standard = "HJ 633-2012"
question = "pollution"
verdict = "severe"
order = 0
when = { fact = "aqi", op = ">", value = 300 }
"""


@dataclass(frozen=True)
class Mistake:
    """An edit of the correct pack, and what the checker has to say about it, and nothing else."""

    kind: str
    old: str
    new: str
    says: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind}: {self.new.strip().splitlines()[0] if self.new.strip() else 'without ' + self.old}"


MISTAKES = [
    Mistake("unknown-table", "[[fact]]", "[[fatc]]", ("[[fatc]]", "did you mean fact?")),
    Mistake("wrong-type", "[[fact]]", "[fact]", ("[[fact]]", "must be an array of tables")),
    Mistake("unknown-key", "printed = ", "print = ", ("[[quantity]] q1.print", "did you mean printed?")),
    Mistake("unknown-key", 'kind = "by", value', 'kin = "by", value', ("t1.deadlines.0.kin", "did you mean kind?")),
    Mistake("missing-key", 'short = "朝阳"\n', "", ("[[area]] 110105.short", "required")),
    Mistake("missing-key", 'lead = ["environment"]\n', "", ("[[task]] t1.lead", "required")),
    Mistake("empty", 'lead = ["environment"]', "lead = []", ("[[task]] t1.lead", "must not be empty")),
    Mistake("missing-key", 'en = "Duties"\n', "", ("[[article]] a2.en", "required")),
    Mistake("missing-key", 'zh = "职责"\n', "", ("[[article]] a2.zh", "required")),
    Mistake("empty", 'zh = "职责"', 'zh = ""', ("[[article]] a2.zh", "must not be empty")),
    Mistake("wrong-type", "order = 1", 'order = "first"', ("heavy.order", 'found "first"', "a whole number")),
    Mistake("wrong-type", "order = 1", 'order = "1"', ("heavy.order", 'found "1"', "allowed: 1")),
    Mistake("wrong-type", "order = 1", "order = true", ("heavy.order", "found true")),
    Mistake("wrong-type", 'zh = "职责"', "zh = 7", ("a2.zh", "found 7", "text in quotes")),
    Mistake("wrong-type", 'lead = ["environment"]', 'lead = "environment"', ("t1.lead", "a list")),
    Mistake("wrong-type", 'when = { fact = "aqi", op = ">", value = 200 }', "when = 3", ("heavy.when", "a table")),
    Mistake("wrong-type", "grade2 = 30", 'grade2 = "much"', ("pm25-year.grade2", "a number without quotes")),
    Mistake("bad-date", "valid_from = 2026-03-01", 'valid_from = "spring"', ("pm25-year.valid_from", "2018-12-21")),
    Mistake("dates-reversed", "valid_to = 2026-02-28", "valid_to = 2015-02-28", ("pm25-year", "valid_to lies before")),
    Mistake("duplicate-id", "valid_from = 2026-03-01", "valid_from = 2026-02-01", ("pm25-year.id", "overlapping")),
    Mistake("dangling-reference", 'lead = ["environment"]', 'lead = ["enviroment"]', ("t1.lead", "mean environment?")),
    Mistake("dangling-reference", 'area = "110105"', 'area = "110106"', ("environment.area", "no such area")),
    Mistake("dangling-reference", 'quantities = ["q1"]', 'quantities = ["q2"]', ("t1.quantities", "no such quantity")),
    Mistake("dangling-reference", 'chapter = "c1"\nzh = "职责"', 'chapter = "c9"\nzh = "职责"', ("a2.chapter", "c9")),
    Mistake("bad-id", 'id = "t1"', 'id = "T 1"', ("[[task]] T 1.id", "lower-case")),
    Mistake("bad-confidence", 'printed = "92%以上"', 'printed = "92"\nconfidence = "C"', ("q1.confidence", "A, B, B?")),
    Mistake("no-source", 'standard = "GB/T 2260"\n', "", ("[[area]] 110105", "article = NUMBER")),
    Mistake("not-ascending", "[75, 100]]", "[30, 100]]", ("[[scale]] pm25", "breakpoints")),
    Mistake("grade-order", "grade1 = 15\ngrade2 = 30", "grade1 = 35\ngrade2 = 30", ("pm25-year.grade1", "found 35")),
    Mistake("unknown-factor", 'factor = "PM2.5"\nperiod', 'factor = "PM25"\nperiod', ("pm25-year.factor", "PM2.5")),
    Mistake("unknown-unit", 'unit = "1"', 'unit = "ug/m3"', ("[[fact]] aqi.unit", "no such unit")),
    Mistake("unknown-unit", 'unit = "%"', 'unit = "percent"', ("q1.unit", "found")),
    Mistake("negative", "value = 92", "value = -92", ("q1.value", "found -92", "≥ 0")),
    Mistake("out-of-range", "order = 1", "order = -1", ("heavy.order", "≥ 0")),
    Mistake("bad-share", "value = 92", "value = 192", ("q1.value", "found 192 %", "0 … 100")),
    Mistake("bad-coordinate", "[116.49, 39.92]", "[11.649, 39.92]", ("110105.reference_point", "longitude 73…136")),
    Mistake("bad-coordinate", "[116.49, 39.92]", "[39.92, 116.49]", ("110105.reference_point", "swapped?")),
    Mistake("no-such-article", "article = 1\nzh = \"达标率\"", "article = 3\nzh = \"达标率\"", ("q1.article", "1 … 2")),
    Mistake("article-missing", 'id = "a2"\narticle = 2', 'id = "a2"\narticle = 3', ("a2.article", "article 2")),
    Mistake("bad-value", "value = 2019-12-31", 'value = "week"', ("t1.deadlines.0", "needs a date")),
    Mistake("bad-value", 'kind = "by", value', 'kind = "every", value', ("t1.deadlines.0", "month, quarter, year")),
    Mistake("bad-value", 'kind = "by", value', 'kind = "within", value', ("t1.deadlines.0", "PT24H, P7D or P6M")),
    Mistake("bad-value", 'value = 92\nunit = "%"', "value = 92", ("[[quantity]] q1", "value with unit, or day")),
    Mistake("bad-value", 'kind = "bureau"', 'kind = "collective"', ("[[organisation]] environment", "members")),
    Mistake("bad-value", 'lead = ["environment"]', 'lead = ["environment", "environment"]', ("t1", "twice")),
    Mistake("bad-pattern", 'question = "pollution"', 'question = "Air?"', ("heavy.question", "matching")),
    Mistake("bad-length", "breakpoints = [[0, 0], [35, 50], [75, 100]]", "breakpoints = [[0, 0]]", ("at least 2",)),
    Mistake("unknown-key", 'fact = "aqi", op', 'fact = "aqi", than = 3, op', ("heavy.when.than", "one of all, any")),
    Mistake("unknown-key", 'kind = "by", value', 'kind = "by", every = "week", value', ("t1.deadlines.0.every",)),
    Mistake("bad-choice", 'kind = "by", value', 'kind = "until", value', ("t1.deadlines.0.kind", "by, every")),
    Mistake("labels-swapped", 'zh = "职责"\nen = "Duties"', 'zh = "Duties"\nen = "职责"', ("a2.zh", "swapped")),
    Mistake("label-language", 'en = "Duties"', 'en = "Duties 职责"', ("a2.en", "Chinese characters")),
    Mistake("one-language", 'unit = "1"', 'unit = "1"\nnote_zh = "说明"', ("aqi.note_zh", "both languages")),
    Mistake("unknown-fact", 'fact = "aqi"', 'fact = "api"', ("heavy.when", "no such fact", "did you mean aqi?")),
    Mistake("bad-condition", 'op = ">", value = 200', 'op = "has", value = 200', ("heavy.when", "is asked by")),
    Mistake("bad-condition", "value = 200", 'value = 200, unit = "km"', ("heavy.when", "cannot be compared")),
    Mistake("bad-value", 'op = ">", value = 200', "value = 200", ("heavy.when", "needs op and value")),
    Mistake("rule-order", "[[rule]]", RULE.replace("order = 0", "order = 1") + "[[rule]]", ("heavy.order", "severe")),
    Mistake("bad-toml", "[[fact]]", "[[fact]", ("demo/records.toml:", "TOML syntax", "line")),
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_a_mistake_is_found_alone_and_named_with_its_place(mistake: Mistake, write_pack: WritePack) -> None:
    assert mistake.old in RECORDS
    problems = check_pack(write_pack(records=RECORDS.replace(mistake.old, mistake.new, 1)))
    wanted = [problem for problem in problems if problem.kind == mistake.kind]
    assert len(wanted) == 1
    assert not [p for p in problems if p.kind not in {mistake.kind, *FOLLOWERS.get(mistake.kind, ())}]
    assert wanted[0].where.file == "records.toml"
    assert wanted[0].where.line
    for part in mistake.says:
        assert part in wanted[0].text.en


FOLLOWERS = {
    # A misspelt key is also missing, a misspelt table hides its records, a misnumbered article misses its citations.
    "unknown-key": ("missing-key",),
    "unknown-table": ("unknown-fact",),
    "wrong-type": ("unknown-fact",),
    "article-missing": ("no-such-article",),
}


def test_at_least_twenty_five_kinds_of_mistake_are_told_apart() -> None:
    assert len({mistake.kind for mistake in MISTAKES} | OTHER_KINDS) >= 25


OTHER_KINDS = {
    "not-utf-8",
    "no-header",
    "extends-missing",
    "extends-cycle",
    "id-not-folder",
    "stray-file",
    "empty-pack",
}


def test_the_small_pack_is_correct(write_pack: WritePack) -> None:
    assert check_pack(write_pack()) == []


def test_every_mistake_is_reported_and_not_the_first_only(write_pack: WritePack) -> None:
    records = RECORDS.replace("value = 92", "value = 192").replace('lead = ["environment"]', 'lead = ["nobody"]')
    kinds = [problem.kind for problem in check_pack(write_pack(records=records, pack=HEADER.replace("demo", "other")))]
    assert kinds == ["id-not-folder", "bad-share", "dangling-reference"]


def test_a_sentence_is_complete_in_both_languages(write_pack: WritePack) -> None:
    [problem] = check_pack(write_pack(records=RECORDS.replace("value = 92", "value = 192")))
    line = RECORDS[: RECORDS.index("[[quantity]]")].count("\n") + 1
    assert (
        problem.text.zh == f"demo/records.toml:{line} [[quantity]] q1.value：比例大于 100 %；现为 192 %；应为：0 … 100"
    )
    assert problem.text.en == (
        f"demo/records.toml:{line} [[quantity]] q1.value: a share above 100 %; found 192 %; allowed: 0 … 100"
    )


def test_a_file_that_is_not_utf_8_is_named_with_the_line(write_pack: WritePack) -> None:
    folder = write_pack(records=RECORDS, more="# one\n# 中文".encode("gbk"))
    [problem] = check_pack(folder)
    assert (problem.kind, problem.where.file, problem.where.line) == ("not-utf-8", "more.toml", 2)


def test_a_folder_without_pack_toml_is_refused(write_pack: WritePack) -> None:
    folder = write_pack()
    (folder / "pack.toml").unlink()
    assert [problem.kind for problem in check_pack(folder)] == ["no-header"]


def test_a_header_is_checked_like_a_record(write_pack: WritePack) -> None:
    header = HEADER.replace('zh = "试点政策包"\n', "").replace('"cn"', '"China"') + 'extend = ["cn"]\n'
    problems = check_pack(write_pack(pack=header))
    assert {(problem.kind, problem.where.key) for problem in problems} == {
        ("missing-key", "zh"),
        ("bad-pattern", "jurisdiction"),
        ("unknown-key", "extend"),
    }


def test_pack_toml_holds_the_header_only(write_pack: WritePack) -> None:
    [problem] = check_pack(write_pack(pack=HEADER + "[[limit]]\n"))
    assert (problem.kind, problem.where.table) == ("unknown-table", "limit")


def test_a_header_whose_dates_are_reversed_is_found(write_pack: WritePack) -> None:
    [problem] = check_pack(write_pack(pack=HEADER + "valid_from = 2020-01-01\nvalid_to = 2019-01-01\n"))
    assert (problem.kind, problem.where.key) == ("dates-reversed", "valid_to")


def test_extending_a_pack_that_does_not_exist_is_found(write_pack: WritePack) -> None:
    [problem] = check_pack(write_pack(pack=HEADER + 'extends = ["cm"]\n'))
    assert problem.kind == "extends-missing"
    assert "did you mean cn?" in problem.text.en


def test_packs_that_extend_each_other_are_found(write_pack: WritePack) -> None:
    write_pack("other", pack=HEADER.replace("demo", "other") + 'extends = ["demo"]\n', records="")
    problems = check_pack(write_pack(pack=HEADER + 'extends = ["other"]\n'))
    assert "extends-cycle" in {problem.kind for problem in problems}


def test_a_pack_never_holds_code(write_pack: WritePack) -> None:
    folder = write_pack()
    (folder / "rules.py").write_text("1 / 0")
    (folder / "README.md").write_text("about")
    [problem] = check_pack(folder)
    assert (problem.kind, problem.found) == ("stray-file", "rules.py")


def test_a_pack_without_records_is_found(write_pack: WritePack) -> None:
    assert [problem.kind for problem in check_pack(write_pack(records=""))] == ["empty-pack"]


def test_a_pack_that_does_not_exist_is_found(tmp_path: Path) -> None:
    assert [problem.kind for problem in check_pack(tmp_path / "nowhere")] == ["no-pack"]


def test_parents_in_a_circle_are_found_at_each_of_them(write_pack: WritePack) -> None:
    parented = RECORDS.replace('kind = "bureau"', 'kind = "bureau"\nparent = "team"') + (
        '[[organisation]]\nid = "team"\narticle = 2\nzh = "执法队"\nen = "Enforcement team"\nkind = "enforcement"\n'
        'parent = "environment"\n'
    )
    found = [(problem.kind, problem.where.record) for problem in check_pack(write_pack(records=parented))]
    assert found == [("parent-cycle", "environment"), ("parent-cycle", "team")]
