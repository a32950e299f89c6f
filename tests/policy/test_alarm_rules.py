"""The alarm rules of the packs: each cites its source, names a mechanism, and binds to what detection judges."""

from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from lantian.analysis.detection.rules import Exceedance, Offline, Rule
from lantian.policy.alarms import AlarmRulesError, alarm_rules, version_of
from lantian.policy.check import check_pack
from lantian.policy.describe import describe, is_unconfirmed
from lantian.policy.labels import KEYS
from lantian.policy.reader import load_pack, shipped_packs
from lantian.policy.records_alarm import MECHANISMS, AlarmPolicyRecord, AlarmRuleRecord
from lantian.policy.records_plan import Article
from lantian.policy.records_telemetry import PointKind
from tests.policy.conftest import RECORDS, WritePack

DAY = date(2026, 3, 1)
CHAOYANG = load_pack("cn-110105-2018")
RULES = alarm_rules(CHAOYANG).rules(DAY)
LINKS_AND_TRACKS = {"offline", "clock-drift", "late", "fence", "route", "window-abuse"}


def bound(name: str, channel: str = "") -> Rule:
    return next(rule for rule in RULES if rule.id == name and (not channel or rule.channel == channel))


@pytest.mark.row("B1")
@pytest.mark.parametrize("name", shipped_packs())
def test_no_alarm_is_without_a_citation_that_can_be_resolved(name: str) -> None:
    pack = load_pack(name)
    articles = {article.article for article in pack.all(Article)}
    rules = [record for record in pack.layers[0].records if isinstance(record, AlarmRuleRecord)]
    assert [rule.id for rule in rules if not (rule.standard or rule.article in articles)] == []
    assert all(rule.citation.zh and rule.citation.en for rule in alarm_rules(pack).rules(DAY))


def test_what_is_remembered_weakly_is_shown_as_unconfirmed_and_dust_defaults_are() -> None:
    defaults = [CHAOYANG.get(AlarmRuleRecord, name) for name in ("site-pm10-hour", "site-pm10-nearest")]
    assert [(each.article, each.confidence, is_unconfirmed(each)) for each in defaults] == [(11, "B?", True)] * 2


def test_the_limits_of_the_dust_standards_are_theirs() -> None:
    """DB13/2934-2019 80 µg/m³ twice a day; DB61/1078-2017 0.8 and 0.7 mg/m³; DB21/2642-2016 0.8 and 1.0 mg/m³."""
    hebei = describe(CHAOYANG.get(AlarmRuleRecord, "dust-count-hebei"))
    assert "above: 80, allowed: 2" in next(row.value.en for row in hebei if row.key == "parameters")
    shaanxi, liaoning = bound("dust-hour-shaanxi").mechanism, bound("dust-5min-liaoning").mechanism
    assert isinstance(shaanxi, Exceedance)
    assert isinstance(liaoning, Exceedance)
    assert (shaanxi.cases["earthwork"], shaanxi.cases["structure"]) == (800, 700)
    assert liaoning.cases == {"urban": 800, "rural": 1000}


def test_standards_of_other_provinces_only_observe() -> None:
    records = CHAOYANG.all(AlarmRuleRecord)
    elsewhere = [record for record in records if (record.standard or "").startswith("DB")]
    assert elsewhere
    assert all(record.observe for record in elsewhere)


def test_every_mechanism_is_used_and_only_links_and_tracks_have_no_channel() -> None:
    records = CHAOYANG.all(AlarmRuleRecord)
    used = {record.parameters.mechanism for record in records}
    assert set(MECHANISMS) - used == {"background"}  # DB13/2934 counts its differences by the day
    assert {record.parameters.mechanism for record in records if not record.channels} == LINKS_AND_TRACKS


def test_a_record_is_bound_once_for_each_channel_with_its_label_and_unit() -> None:
    frozen = [rule for rule in RULES if rule.id == "frozen-waste-gas"]
    assert [(rule.channel, rule.unit) for rule in frozen][:4] == [
        ("a34013", "mg/m³"),
        ("a21026", "mg/m³"),
        ("a21002", "mg/m³"),
        ("a19001", "%"),
    ]
    assert (frozen[3].channel_label.zh, bound("diesel-nox").channel_label.en) == ("氧含量", "NOx after SCR")
    assert (bound("offline").channel_label.zh, bound("site-pm10-hour").citation.zh) == ("", "第十一条")
    assert "围挡" in bound("site-pm10-hour").hints[0].zh


def test_off_line_times_come_from_the_kinds_of_points() -> None:
    mechanism = bound("offline").mechanism
    assert isinstance(mechanism, Offline)
    kinds = {kind.id: kind.offline_after_s for kind in CHAOYANG.all(PointKind)}
    assert mechanism.after_s == {name: kinds[name] for name in ("station", "micro", "dust", "stack", "voc", "fume")}


def test_the_version_of_a_rule_changes_with_its_record_only() -> None:
    record = CHAOYANG.get(AlarmRuleRecord, "site-pm10-hour")
    assert bound("site-pm10-hour").version == version_of(record) == version_of(record.model_copy())
    assert version_of(record.model_copy(update={"minimum_minutes": 5})) != version_of(record)
    assert len(version_of(record)) == 16


def test_the_plan_overrides_the_precision_policy_and_a_pack_without_one_says_so(write_pack: WritePack) -> None:
    rules = alarm_rules(CHAOYANG)
    policy = rules.policy(DAY)
    assert (policy.article, float(policy.precision_floor), policy.minimum_judged, policy.demote) == (28, 0.6, 20, True)
    assert rules.record("site-pm10-hour", DAY) == CHAOYANG.get(AlarmRuleRecord, "site-pm10-hour")
    assert rules.record("gone", DAY) is None
    with pytest.raises(AlarmRulesError, match="alarm_policy"):
        alarm_rules(load_pack(write_pack())).policy(DAY)


def record(parameters: object, **more: Any) -> AlarmRuleRecord:
    given = {"id": "r", "zh": "规则", "en": "rule", "article": 1, "kinds": ["dust"], "parameters": parameters}
    return AlarmRuleRecord.model_validate(given | more)


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"mechanism": "exceedance", "period": "1h", "speed": 2}, "exceedance has no parameter speed"),
        ({"mechanism": "exceedence"}, "there is no mechanism 'exceedence'; allowed: .*did you mean exceedance"),
        ({"period": "1h"}, "there is no mechanism ''"),
        ({"mechanism": "frozen", "minutes": -3}, "negative parameters: -3"),
        ({"mechanism": "frozen", "minutes": 3, "gates": [{"channel": "x", "near": 1}]}, "gates has no parameter near"),
        (
            {"mechanism": "background", "period": "1h", "limit": 8, "background": {"kin": "x"}},
            "background has no param",
        ),
        ({"mechanism": "exceedance", "period": "2h"}, "'1min', '5min', '15min' or '1h'"),
        ({"mechanism": "daily-count", "period": "1h", "counts": 3}, "tuple"),
        ("frozen", "valid dict"),
    ],
)
def test_wrong_parameters_are_told(parameters: object, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        record(parameters)


def test_a_rule_over_unknown_kinds_is_bound_by_its_codes_and_told_by_the_check(write_pack: WritePack) -> None:
    text = """
[[alarm_rule]]
id = "r"
article = 1
zh = "规则"
en = "rule"
kinds = ["ship"]
channels = ["a34002"]
yields_to = ["none"]
parameters = { mechanism = "offline" }
"""
    folder = write_pack(records=RECORDS + text)
    [rule] = alarm_rules(load_pack(folder)).rules(DAY)
    assert (rule.channel_label.en, rule.unit, rule.mechanism) == ("a34002", "", Offline())
    assert [problem.kind for problem in check_pack(folder)] == ["dangling-reference"] * 2


def test_every_parameter_has_a_label() -> None:
    names = {each.name for kind in MECHANISMS.values() for each in fields(kind)}
    assert names - set(KEYS) == set()


def test_the_policy_of_precision_reads_for_people() -> None:
    rows = {row.key: row.value.en for row in describe(CHAOYANG.get(AlarmPolicyRecord, "precision"))}
    assert rows == {
        "precision_floor": "0.6",
        "minimum_judged": "20",
        "days": "90",
        "confidence_level": "0.95",
        "demote": "yes",
    }
