"""The complaint rules of the Chaoyang pack: times of the hotline standard, topics, rewards, repeats."""

from datetime import date, datetime, timedelta

import pytest
from pydantic import ValidationError

from lantian.kernel.instants import BEIJING
from lantian.policy.cases import case_rules
from lantian.policy.complaints import ComplaintRulesError, complaint_rules
from lantian.policy.reader import load_pack
from lantian.policy.records_complaint import RewardRuleRecord
from lantian.workflow.clocks import Period
from lantian.workflow.rewards import Facts

DAY = date(2026, 11, 20)
PACK = load_pack("cn-110105-2018")
RULES = complaint_rules(PACK)
TRUE = Facts(true=True, wanted=True, named=True)


@pytest.mark.parametrize(
    ("kind", "accept", "reply"),
    [
        ("emergency", Period(1, "hour"), Period(2, "hour")),
        ("utility", Period(2, "hour"), Period(24, "hour")),
        ("extreme_weather", Period(2, "hour"), Period(24, "hour")),
        ("general", Period(24, "hour"), Period(7, "calendar-day", roll=False)),
        ("complex", Period(24, "hour"), Period(15, "calendar-day", roll=False)),
    ],
)
def test_times_are_those_of_the_hotline_standard(kind: str, accept: Period, reply: Period) -> None:
    """Standards, section 8: dispatch 1, 2 or 24 h; feedback 2 h, 24 h, 7 or 15 days."""
    times = RULES.times(kind, DAY)
    assert (times.accept, times.reply) == (accept, reply)
    assert times.record.citation.zh == "北京12345热线服务规范"
    assert times.label.zh


def test_seven_days_end_with_the_seventh_day_although_it_is_a_holiday() -> None:
    start = datetime(2019, 9, 24, 21, 10, tzinfo=BEIJING)
    assert RULES.due(start, RULES.times("general", DAY).reply) == datetime(2019, 10, 2, tzinfo=BEIJING)
    assert RULES.due(start, RULES.times("general", DAY).accept) == start + timedelta(hours=24)


def test_a_complaint_from_before_the_standard_has_the_times_of_its_first_edition() -> None:
    assert RULES.times("general", date(2019, 5, 6)).reply.amount == 7


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("夜间工地扬尘，渣土未盖", "dust"),
        ("楼下饭店油烟", "fume"),
        ("有人在河边焚烧树叶", "burning"),
        ("空气不好", "other"),
    ],
)
def test_words_suggest_the_topic(text: str, topic: str) -> None:
    assert RULES.topic_of(text, DAY).id == topic


def test_every_topic_has_a_class_of_times_that_its_case_knows() -> None:
    rule = RULES.rule(DAY)
    record = case_rules(PACK).type(rule.case_type, DAY)
    categories = {one.id for one in record.categories}
    assert {topic.time for topic in RULES.topics(DAY).values()} <= set(RULES.classes(DAY)) == categories
    assert {rule.replied, rule.anonymous} <= {one.id for one in record.step(rule.reply_step).outcomes}
    assert {one.id for one in rule.visits} == {one.id for one in record.step(rule.visit_step).outcomes}


def test_hotlines_and_the_web_are_channels_of_article_27() -> None:
    channels = RULES.channels(DAY)
    assert list(channels) == ["12345", "12369", "96310", "web", "new-media", "supervisor"]
    assert {one.citation.zh for one in channels.values()} == {"第二十七条"}


def test_a_true_report_earns_by_band_and_the_amounts_are_shown_as_unconfirmed() -> None:
    assert RULES.reward(TRUE, DAY).band == "true"
    rule = RULES.reward_rule(DAY)
    assert (rule.article, rule.confidence) == (27, "B?")
    assert rule.band("grave") is not None
    assert rule.band("none") is None


def test_repeats_lead_to_the_measures_of_article_31() -> None:
    rule = RULES.repeat(DAY)
    assert rule.level(rule.least - 1) is None
    first, last = rule.level(rule.least), rule.level(99)
    assert first is not None
    assert last is not None
    assert (first.zh, last.zh, rule.article) == ("督查、交办属地街乡", "专项督查", 31)
    assert RULES.match(DAY).limits().metres == 300


def test_a_pack_without_complaints_says_what_is_missing() -> None:
    bare = complaint_rules(load_pack("cn"))
    with pytest.raises(ComplaintRulesError, match="complaint_rule"):
        bare.rule(DAY)
    with pytest.raises(ComplaintRulesError, match="topics"):
        bare.topic_of("扬尘", DAY)
    with pytest.raises(ComplaintRulesError, match="no class of times"):
        RULES.times("none", DAY)


def test_two_bands_of_one_name_are_refused() -> None:
    band = {"id": "a", "zh": "一", "en": "one", "yuan": 1}
    with pytest.raises(ValidationError, match="same id"):
        RewardRuleRecord.model_validate(
            {"id": "r", "zh": "奖", "en": "reward", "article": 27, "needs_name": True, "bands": [band, band]}
        )
