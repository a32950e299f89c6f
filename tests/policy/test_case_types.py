"""The case tables of the packs: each is a whole table, and no clock, level or escalation is without a citation."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from lantian.kernel.instants import BEIJING
from lantian.policy.cases import CaseRulesError, case_rules
from lantian.policy.reader import load_pack, shipped_packs
from lantian.policy.records_case import CaseLadderRecord, CaseTypeRecord, EscalationRecord
from lantian.policy.records_credential import ConductLadder
from lantian.policy.records_duty import HotlineTimeRecord
from lantian.policy.records_ledger import Kind
from lantian.policy.records_plan import Article, Organisation
from lantian.workflow.cases import CaseState
from lantian.workflow.clocks import Period

DAY = date(2019, 5, 6)
CHAOYANG = load_pack("cn-110105-2018")
RULES = case_rules(CHAOYANG)
TYPES = [
    (name, record)
    for name in shipped_packs()
    for record in load_pack(name).layers[0].records
    if isinstance(record, CaseTypeRecord)
]


@pytest.mark.row("B1")
@pytest.mark.parametrize(("name", "record"), TYPES, ids=[record.id for _, record in TYPES])
def test_no_clock_is_without_a_citation_that_can_be_resolved(name: str, record: CaseTypeRecord) -> None:
    articles = {article.article for article in load_pack(name).all(Article)}
    for step in record.steps:
        number = step.article if step.article is not None or step.standard else record.article
        assert step.standard or record.standard or number in articles, step.id
        assert record.citation_of(step).zh
        assert record.citation_of(step).en


@pytest.mark.parametrize(("name", "record"), TYPES, ids=[record.id for _, record in TYPES])
def test_every_organisation_and_every_opened_type_exists(name: str, record: CaseTypeRecord) -> None:
    pack = load_pack(name)
    organisations = {one.id for one in pack.all(Organisation)}
    assert set(record.parties.values()) <= organisations
    types = {one.id: one for one in pack.all(CaseTypeRecord)}
    ladders = {one.id for one in pack.all(CaseLadderRecord)}
    kinds = {one.id for one in pack.all(Kind)}
    assert set(record.ladders.values()) <= ladders
    assert {*record.ladders, *(kind for role in record.roles for kind in role.kinds)} <= kinds
    for outcome in (one for step in record.steps for one in step.outcomes):
        assert set(outcome.opens) <= set(types)
        assert set(outcome.tells) <= {*record.parties, record.named, "street", "sender"}, outcome.id
        for opened in outcome.opens:
            assert outcome.category in ([one.id for one in types[opened].categories] or [""])


def test_a_dust_lead_is_verified_in_24_hours_and_fed_back_within_seven_days() -> None:
    """Article 11."""
    record = RULES.type("dust-violation", DAY)
    engine = RULES.engine(record)
    start = datetime(2019, 5, 6, 21, 10, tzinfo=BEIJING)
    state = engine.open({"enforcement": "urban-enforcement"}, start)
    due = {one.step: engine.due(one, start) for one in state.threads}
    assert due == {"verify": start + timedelta(hours=24), "feedback": datetime(2019, 5, 14, tzinfo=BEIJING)}
    assert record.citation_of(record.step("verify")).zh == "第十一条"
    assert record.citation_of(record.step("penalise")).zh == "生态环境行政处罚办法"
    assert record.outcome("verify", "violation").needs == ("photo",)


def test_the_dust_ladder_is_that_of_article_11() -> None:
    record = RULES.ladder(RULES.type("dust-violation", DAY), DAY)
    assert record
    ladder = record.ladder()
    assert (ladder.counting, record.article) == ("cycle", 11)
    assert [(one.at, one.consequence, one.days, one.months) for one in ladder.levels] == [
        (2, "stop", 7, None),
        (3, "bidding", None, 6),
        (4, "blacklist", None, None),
    ]
    assert ladder.levels[2].triggers == {"malice", "refusal"}
    assert record.level("bidding").public


def test_a_vehicle_over_the_limit_goes_through_three_departments() -> None:
    """Article 5: environment detects, traffic police punish, transport supervises the repair."""
    record = RULES.type("vehicle-chain", DAY)
    engine, at = RULES.engine(record), datetime(2019, 5, 6, 9, tzinfo=BEIJING)
    holders, paper = dict(record.parties), frozenset({"document"})
    state, went = engine.open(holders, at), list[str]()
    for outcome in ("over", "served", "repaired", "passed"):
        [thread] = state.threads
        went.append(thread.holder)
        assert thread.clock
        state, _ = engine.take(state, thread.number, outcome, holders, at, paper)
    assert went == ["environment", "traffic-police", "transport", "environment"]
    assert state.closed_at == at


def test_a_muck_truck_is_handled_by_five_departments_at_once_each_with_its_clock() -> None:
    """Article 14: joint, with tracing back to site, carrier and disposal site."""
    record = RULES.type("muck-truck", DAY)
    engine, at = RULES.engine(record), datetime(2019, 5, 6, 9, tzinfo=BEIJING)
    state = engine.open(dict(record.parties), at)
    state, _ = engine.take(state, 1, "violation", dict(record.parties), at, frozenset({"photo"}))
    holders = {thread.holder for thread in state.threads}
    assert holders == {"urban-enforcement", "urban-management", "traffic-police", "housing", "transport"}
    assert all(thread.clock for thread in state.threads)
    assert record.outcome("trace", "traced").names == ("site", "carrier", "disposal")


def test_ladders_of_cases_agree_with_those_of_the_ledgers() -> None:
    """Both say when the food and drug department is told, and what the points of a station lead to."""
    for name, other in (("restaurant-rating", "restaurant-rating-down"), ("station-points", "station-points")):
        ladder, conduct = CHAOYANG.get(CaseLadderRecord, name), CHAOYANG.get(ConductLadder, other)
        assert (ladder.counting, ladder.window_days) == (conduct.counting, conduct.window_days)
        assert [(one.at, one.consequence) for one in ladder.levels] == [
            (one.at, one.consequence) for one in conduct.levels
        ]
    points = CHAOYANG.get(CaseLadderRecord, "station-points")
    assert points.points_of(["fraud", "equipment"]) == 15


def test_a_whistle_call_gives_each_named_department_a_clock() -> None:
    record = RULES.type("whistle-call", DAY)
    start = datetime(2019, 5, 6, 9, tzinfo=BEIJING)
    state = RULES.engine(record).open({"department": ("water", "transport"), "street": "office-110105001"}, start)
    assert [(one.holder, one.clock and one.clock.period) for one in state.threads] == [
        ("water", Period(24, "hour")),
        ("transport", Period(24, "hour")),
    ]


def test_a_complaint_has_the_times_of_the_hotline_standard() -> None:
    """Standards.md section 8: dispatch 1, 2, 24 h; feedback 2 h, 24 h, 7 and 15 days."""
    record = RULES.type("complaint", DAY)
    assert [one.id for one in record.categories] == [one.kind for one in CHAOYANG.all(HotlineTimeRecord)]
    for time in CHAOYANG.all(HotlineTimeRecord):
        for name, written in (("dispatch", time.dispatch), ("reply", time.feedback)):
            period = record.step(name).period_in(time.kind)
            assert period
            assert written == f"{period.amount}{'h' if period.unit == 'hour' else 'd'}", (time.kind, name)
    parties = {"desk": "environment", "handler": "urban-enforcement"}
    start = datetime(2026, 5, 6, 9, tzinfo=BEIJING)
    state = RULES.engine(record, "emergency").open(parties, start)
    assert [thread.clock and thread.clock.period for thread in state.threads] == [Period(1, "hour"), Period(2, "hour")]


WALKED = 12
"""More open steps than any case of a pack has at once."""


@pytest.mark.parametrize(("name", "record"), TYPES, ids=[record.id for _, record in TYPES])
def test_every_type_closes_from_wherever_its_outcomes_lead(name: str, record: CaseTypeRecord) -> None:
    """Every outcome of every step can be taken, and whatever is taken, some way still leads to the end."""
    engine = case_rules(load_pack(name)).engine(record, record.categories[0].id if record.categories else "")
    holders = {step.party: step.party for step in record.steps}
    at, evidence = datetime(2019, 5, 6, 9, tzinfo=BEIJING), frozenset({"photo", "document"})
    start = engine.open(holders, at)
    seen, waiting, taken = {_where(start)}, [start], set[tuple[str, str]]()
    leads: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    while waiting:
        state = waiting.pop()
        for number, step, outcome in _choices(record, state):
            after, _ = engine.take(state, number, outcome, holders, at, evidence)
            assert len(after.threads) < WALKED
            taken.add((step, outcome))
            leads.setdefault(_where(after), set()).add(_where(state))
            waiting += [after] if _where(after) not in seen else []
            seen.add(_where(after))
    assert taken == {(step.id, one.id) for step in record.steps for one in step.outcomes}
    assert seen - _before((), leads) == set()


def _choices(record: CaseTypeRecord, state: CaseState) -> Iterator[tuple[int, str, str]]:
    """Every outcome that may be taken now."""
    for thread in state.threads:
        others = {one.step for one in state.threads if one is not thread}
        if not others & {*record.step(thread.step).after}:
            for one in record.step(thread.step).outcomes:
                yield thread.number, thread.step, one.id


def _before(end: tuple[str, ...], leads: Mapping[tuple[str, ...], set[tuple[str, ...]]]) -> set[tuple[str, ...]]:
    """Everything from which some way leads to an end."""
    found, waiting = {end}, [end]
    while waiting:
        fresh = leads.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found


def _where(state: CaseState) -> tuple[str, ...]:
    return tuple(sorted(thread.step for thread in state.threads))


def test_escalation_rises_and_types_come_in_order() -> None:
    assert [(one.level, one.after_hours, one.to) for one in RULES.escalations(DAY)] == [
        (1, 0, "holder"),
        (2, 24, "environment"),
        (3, 72, "chaoyang-government"),
    ]
    assert [one.escalation().after for one in RULES.escalations(DAY)][1] == timedelta(days=1)
    assert list(RULES.types(DAY)) == [
        "dust-violation",
        "trade-lead",
        "whistle-call",
        "rectification-order",
        "alarm-check",
        "complaint",
        "inspection-finding",
        "vehicle-chain",
        "scattered-rebound",
        "restaurant-fume",
        "sampling-failure",
        "machine-violation",
        "muck-truck",
        "permit-lateness",
        "heating-repair",
        "coal-return",
        "station-points",
        "data-falsification",
        "inspector-problem",
    ]
    assert all(record.citation.zh for record in CHAOYANG.all(EscalationRecord))


def test_a_type_that_the_pack_does_not_have_is_named() -> None:
    with pytest.raises(CaseRulesError, match="no case type 'x'"):
        RULES.type("x", DAY)
    assert RULES.ladder(RULES.type("whistle-call", DAY), DAY) is None


def test_a_year_without_notice_is_counted_by_weekends_and_said_to_be_provisional() -> None:
    assert RULES.is_provisional(date(2099, 1, 1))
    assert not RULES.is_provisional(date(2019, 10, 1))
    assert RULES.calendar.is_working_day(date(2099, 1, 1))  # a Thursday


BASE: dict[str, Any] = {
    "id": "t", "zh": "某", "en": "t", "article": 11, "word": "某", "parties": {"a": "water"}, "warn_percent": 80,
    "start": ["s"],
    "steps": [{"id": "s", "zh": "某", "en": "s", "party": "a", "outcomes": [{"id": "o", "zh": "某", "en": "o"}]}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"start": ["x"]}, "no such step x"),
        ({"parties": {}}, "nobody is named for: a"),
        ({"steps": [BASE["steps"][0] | {"outcomes": [{"id": "o", "zh": "某", "en": "o", "names": ["z"]}]}]}, "part: z"),
        ({"steps": [BASE["steps"][0] | {"periods": {"y": {"amount": 1, "unit": "hour"}}}]}, "no such category: y"),
    ],
)
def test_a_table_that_cannot_run_is_refused(changed: dict[str, Any], said: str) -> None:
    CaseTypeRecord.model_validate(BASE)
    with pytest.raises(ValidationError, match=said):
        CaseTypeRecord.model_validate(BASE | changed)


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ([{"at": 2, "consequence": "a", "zh": "某", "en": "a"}] * 2, "must rise"),
        ([{"at": 2, "consequence": "a", "zh": "某", "en": "a", "triggers": ["x"]}], "no such trigger: x"),
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused(levels: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        CaseLadderRecord.model_validate(
            {"id": "l", "zh": "某", "en": "l", "article": 11, "counting": "calendar-year", "levels": levels}
        )
