"""What a weekly bulletin says: the figures of a small district put into the pack's words, with the right grammar."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from lantian.analysis.league import Change, Check, LeagueRule, league
from lantian.apps.assessment.reports.content import Content
from lantian.apps.assessment.reports.facts import ReportFacts
from lantian.apps.assessment.reports.words import report_wording
from lantian.apps.assessment.snapshots import Facts
from lantian.apps.ui.official.document import unmarked
from lantian.kernel.periods import Period
from lantian.policy.air import air_rules
from lantian.policy.bulletins import Told, Wording, cell, moved
from lantian.policy.reader import load_pack
from lantian.policy.records_bulletin import BulletinRecord, CheckCountRecord, ColumnRecord, PhraseRecord
from lantian.policy.records_case import CaseTypeRecord
from lantian.policy.records_inspection import ChecklistRecord

AT = datetime(2026, 11, 17, 2, tzinfo=UTC)
KNOWN = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
PACK = load_pack("cn-110105-2018")
WEEKLY = PACK.get(BulletinRecord, "weekly-dust")
NAMES = {"a": "建外街道", "b": "朝外街道", "c": "呼家楼街道", "d": "三里屯街道", "e": "左家庄街道"}
Counts = dict[str, tuple[int, int]]


def told(now: Counts, before: Counts, **more: Any) -> Told:
    """Return what a bulletin is made from; counts: checks and violations by place."""
    rule = LeagueRule(WEEKLY.least, WEEKLY.silent)
    made = [league(_checks(counts), list(NAMES), rule) for counts in (now, before)]
    sorts = {"verify": "现场核验", "inspect": "现场检查"}
    return Told(Period.read("2026-W47"), made[0], made[1], NAMES, sorts, "a1b2c3d4e5f6", KNOWN, **more)


def _checks(counts: Counts) -> list[Check]:
    return [
        Check(f"{place}{number}", place, AT, "verify" if number % 3 else "inspect", number < violations)
        for place, (made, violations) in counts.items()
        for number in range(made)
    ]


def wording(record: BulletinRecord, given: Told) -> Wording:
    """Return a week in words."""
    checks = Facts(record.id, PACK.id, str(given.period), KNOWN, (), 5, "last", 95, (), (), ())
    facts = ReportFacts(record.id, PACK.id, str(given.period), KNOWN, checks, rankings={})
    return report_wording(Content(record, facts, air_rules(PACK), given))


def texts(found: Wording) -> list[str]:
    """Return the paragraphs."""
    return [unmarked(one.text) for one in found.parts if one.text]


def rows(found: Wording) -> tuple[tuple[str, ...], ...]:
    """Return the table."""
    table = next(one.table for one in found.parts if one.table)
    return tuple(tuple(unmarked(cell) for cell in row) for row in table.rows)


def test_a_week_is_told_in_whole_sentences() -> None:
    now = {"a": (12, 3), "b": (9, 0), "c": (9, 9), "d": (3, 1)}
    found = wording(WEEKLY, told(now, {"a": (6, 3), "b": (10, 0), "c": (5, 1)}))
    assert found.title == "关于2026年第47周\n扬尘执法检查排名情况的通报"
    # checks 33 after 21; violations 13 after 4; 13/33 = 39.4 %, 4/21 = 19.0 %: 20.3 points more
    assert texts(found) == [
        (
            "依据《朝阳区打赢蓝天保卫战三年行动计划》第十一条、第三十一条，现将2026年第47周（11月16日至11月22日）"
            "各街乡扬尘执法检查情况通报如下。"
        ),
        (
            "本周全区共检查33次，比上周增加12次；其中现场核验22次、现场检查11次。查出违法13起，比上周增加9起；"
            "违法查处率为39.4%，比上周上升20.3个百分点。"
        ),
        "检查量由多到少居前的是：建外街道第1（12次）；呼家楼街道、朝外街道并列第2（各9次）。",
        "有检查记录的街乡中，检查量居后的是：三里屯街道第4（3次）。",
        "名次比上周上升最多的是：建外街道、呼家楼街道（各上升1位）。",
        "名次比上周下降最多的是：朝外街道、左家庄街道（各下降1位）。",
        "本周没有检查记录的街乡1个，检查量按0次计，不计算查处率：左家庄街道。",
        (
            "检查5次及以上的街乡参加查处率排名，由高到低居前的是：呼家楼街道第1（100.0%）；建外街道第2（25.0%）；"
            "朝外街道第3（0.0%）。"
        ),
        "检查不足5次的街乡1个，查处率仅列次数、不参加排名：三里屯街道（1/3）。",
        "特此通报。",
    ]
    assert found.remark == "数据快照 a1b2c3d4e5f6，数据截至2026年11月23日9时05分"


def test_less_and_the_same_have_their_own_words() -> None:
    found = wording(WEEKLY, told({"a": (10, 2)}, {"a": (12, 2)}))
    assert "本周全区共检查10次，比上周减少2次" in texts(found)[1]
    assert "查出违法2起，与上周持平；违法查处率为20.0%，比上周上升3.3个百分点" in texts(found)[1]
    again = wording(WEEKLY, told({"a": (10, 2)}, {"a": (10, 2)}))
    assert "共检查10次，与上周持平" in texts(again)[1]


def test_the_first_week_says_that_nothing_can_be_compared() -> None:
    found = wording(WEEKLY, told({"a": (10, 2)}, {}))
    assert texts(found)[1] == (
        "本周全区共检查10次，其中现场核验6次、现场检查4次。查出违法2起，违法查处率为20.0%。上周没有检查记录，不作比较。"
    )
    assert not any("名次比上周" in one for one in texts(found))


def test_a_week_across_the_years_turn_names_both_years() -> None:
    found = wording(WEEKLY, replace(told({}, {}), period=Period.read("2026-W01")))
    assert "现将2026年第1周（2025年12月29日至2026年1月4日）各街乡" in texts(found)[0]


def test_a_week_without_checks_is_said_to_have_none_and_ranks_nobody() -> None:
    found = wording(WEEKLY, told({}, {"a": (10, 2)}))
    assert texts(found)[1:] == ["本周全区5个街乡没有扬尘执法检查记录，不作排名。", "特此通报。"]
    assert not any(one.table or one.map for one in found.parts)


def test_a_week_of_few_checks_ranks_no_rates() -> None:
    found = wording(WEEKLY, told({"a": (4, 4)}, {}))
    assert "本周没有街乡检查满5次，查处率不作排名。" in texts(found)


def test_the_drafters_requirements_have_a_heading_of_their_own() -> None:
    found = wording(WEEKLY, told({"a": (10, 2)}, {}, requirements=" 请排名靠后的街乡加强检查。 "))
    headings = [one.heading for one in found.parts if one.heading]
    assert headings[-1] == "四、工作要求"
    assert "请排名靠后的街乡加强检查。" in texts(found)


def test_the_table_has_all_places_by_rank_with_ties_few_and_silent_ones_noted() -> None:
    now = {"a": (12, 3), "b": (9, 0), "c": (9, 9), "d": (3, 1)}
    found = wording(WEEKLY, told(now, {"a": (6, 3), "b": (10, 0), "c": (5, 1)}))
    table = next(one.table for one in found.parts if one.table)
    assert table.caption == "2026年第47周各街乡扬尘执法检查排名"
    assert rows(found) == (
        ("1", "建外街道", "12", "6", "↑1", "3", "25.0", "2", ""),
        ("2", "呼家楼街道", "9", "5", "↑1", "9", "100.0", "1", "并列"),
        ("2", "朝外街道", "9", "10", "↓1", "0", "0.0", "3", "并列"),
        ("4", "三里屯街道", "3", "0", "持平", "1", "33.3（1/3）", "—", "检查少"),
        ("5", "左家庄街道", "0", "0", "↓1", "0", "—", "—", "无检查"),
    )


@pytest.mark.parametrize(
    ("shows", "text"),
    [("interval", "8.9—53.2"), ("checks_change", "↑6"), ("rate_change", "↓25.0")],
)
def test_further_columns_may_be_shown(shows: Any, text: str) -> None:
    given = told({"a": (12, 3)}, {"a": (6, 3)})
    column = ColumnRecord(shows=shows, head="某", en="some")
    # Wilson, 3 of 12 at 95 %: 0.0889 to 0.5323
    assert cell(column, given.now.standings[0], given) == text
    assert cell(column, given.now.standings[1], given) in {"—", "持平"}


def test_a_change_that_rounds_to_nothing_is_said_to_be_none() -> None:
    phrase = PhraseRecord(id="x", moved="rate", up="升{by}", down="降{by}", equal="持平", none="无")
    assert moved(phrase, Change("up", Fraction(1, 2500))) == "持平"  # 0.04 points
    assert moved(phrase, Change("down", Fraction(1, 1000))) == "降0.1"
    given = told({"a": (2501, 1)}, {"a": (2500, 1)})
    column = ColumnRecord(shows="rate_change", head="某", en="some")
    assert cell(column, given.now.standings[0], given) == "持平"


def test_a_rate_table_is_ordered_by_rates() -> None:
    table = WEEKLY.tables[0].model_copy(update={"order": "rate"})
    record = WEEKLY.model_copy(update={"tables": (table,)})
    made = rows(wording(record, told({"a": (9, 1), "b": (6, 6)}, {})))
    assert [row[1] for row in made][:2] == ["朝外街道", "建外街道"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": "关于{nobody}的通报"}, "no such placeholder: nobody"),
        ({"blocks": [{"table": "missing"}]}, "no such table or figure: missing"),
        ({"blocks": [{"text": "a", "table": "ranking"}]}, "exactly one of heading"),
        ({"blocks": [{"text": "a", "when": "never"}]}, "no such placeholder: never"),
    ],
)
def test_a_bulletin_that_names_what_does_not_exist_is_refused(change: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        BulletinRecord.model_validate(WEEKLY.model_dump() | change)


MONTHLY = PACK.get(BulletinRecord, "monthly")
COLUMN = {"shows": "place", "head": "街乡", "en": "Street"}
TABLE = {"id": "t", "caption": "", "columns": [COLUMN]}
DUMPED = WEEKLY.model_dump()
PHRASE = {"id": "x", "moved": "pm25", "up": "升", "down": "降", "equal": "平", "none": "无"}


@pytest.mark.parametrize(
    ("record", "change", "said"),
    [
        (MONTHLY, {"title": "关于{pm99}的通报"}, "no such placeholder: pm99"),
        (MONTHLY, {"span": "quarter"}, "subject and span must agree"),
        (MONTHLY, {"rankings": ()}, "no such placeholder"),
        (MONTHLY, {"phrases": [{**PHRASE, "against": "year"}]}, "against"),
        (MONTHLY, {"phrases": [{**PHRASE, "moved": "places"}]}, "no such placeholder|not of this subject: x"),
        (MONTHLY, {"tables": [{**TABLE, "source": "factors"}]}, "no such column: place"),
        (MONTHLY, {"tables": [{**TABLE, "source": "ranking"}]}, "says of which"),
        (MONTHLY, {"tables": [{**TABLE, "source": "ranking", "ranking": "pm25", "order": "checks"}]}, "has an order"),
        (MONTHLY, {"figures": [{"id": "f", "caption": "", "chart": "days"}]}, "belong to charts of such"),
        (MONTHLY, {"figures": [{"id": "f", "caption": "", "chart": "days", "factor": "pm1"}]}, "no such factor: pm1"),
        (MONTHLY, {"figures": [{"id": "f", "caption": ""}]}, "exactly one of map and chart"),
        (WEEKLY, {"rankings": ("pm25",)}, "has no rankings"),
        (WEEKLY, {"figures": [*DUMPED["figures"], {"id": "f", "caption": "", "chart": "lamps"}]}, "subject: f"),
        (WEEKLY, {"phrases": [*DUMPED["phrases"], PHRASE]}, "not of this subject: x"),
    ],
)  # fmt: skip
def test_a_report_that_names_what_its_subject_does_not_answer_is_refused(
    record: BulletinRecord, change: Any, said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        BulletinRecord.model_validate(record.model_dump() | change)


def test_steps_are_named_of_cases_alone() -> None:
    verify = PACK.get(CheckCountRecord, "verify").model_dump()
    with pytest.raises(ValidationError, match="steps of cases are named"):
        CheckCountRecord.model_validate(verify | {"steps": []})


def test_what_counts_in_the_pack_exists() -> None:
    for record in PACK.all(CheckCountRecord):
        if record.kind == "inspection":
            assert set(record.types) <= {one.id for one in PACK.all(ChecklistRecord)}
            continue
        for name in record.types:
            step = PACK.get(CaseTypeRecord, name).step(record.steps[0])
            assert set(record.violations) <= {one.id for one in step.outcomes}


def test_a_bulletin_cites_all_its_articles() -> None:
    assert (WEEKLY.basis.zh, WEEKLY.basis.en) == ("第十一条、第三十一条", "Article 11, Article 31")
