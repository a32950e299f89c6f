"""What a case answers of itself for its papers (已知事项): nobody is asked for what stands here already.

The papers are Chinese, and so are these values. What the ledger, the case and its measures do not know is asked once:
what somebody wrote into one paper of a case is known to the next.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from lantian.apps.accounts.models import Organisation
from lantian.apps.alarms.selectors.words import words
from lantian.apps.cases import hooks
from lantian.apps.cases.models import Case, CaseStep, CaseThread, Evidence, Measure, MeasureClock, Paper
from lantian.apps.cases.rules import measure_rules, rules, type_of
from lantian.apps.cases.services.measures import holder_of, record_of
from lantian.apps.ui.official.document import chinese_day
from lantian.kernel.instants import BEIJING, day_of
from lantian.kernel.money import in_capitals
from lantian.policy.records_document import KNOWN
from lantian.policy.records_measure import MeasureRecord

PARTY = ("company", "builder", "operator", "owner", "name")
CODE = ("credit_code", "builder_code")
HEAD = ("legal_person", "contact")
"""Attributes of a ledger's entry that name the party, its credit code and its head; the first that is there counts."""
UNITS = {"working": "个工作日", "calendar": "日"}


@dataclass(frozen=True)
class About:
    """A case, and the measure that a paper is about, at a moment."""

    case: Case
    measure: Measure | None
    now: datetime

    @cached_property
    def taken(self) -> list[CaseStep]:
        """The steps that people took, in order."""
        return list(self.case.history.filter(kind="taken").select_related("by"))

    @cached_property
    def evidence(self) -> list[Evidence]:
        return list(self.case.evidence.all())

    @cached_property
    def papers(self) -> list[Paper]:
        """The papers that were issued, the newest last."""
        return list(self.case.papers.filter(issued_at__isnull=False).order_by("issued_at", "pk"))

    @cached_property
    def open_step(self) -> CaseThread | None:
        """The open step that is due first."""
        running = self.case.threads.open().select_related("holder")
        return running.filter(due_at__isnull=False).order_by("due_at").first() or running.first()

    @cached_property
    def record(self) -> MeasureRecord | None:
        return record_of(self.measure) if self.measure else None

    @cached_property
    def clocks(self) -> dict[str, MeasureClock]:
        return {clock.deadline: clock for clock in self.measure.clocks.all()} if self.measure else {}

    @property
    def today(self) -> date:
        return day_of(self.now)


def known(about: About) -> dict[str, str]:
    """Return what is known, by name; what is blank is not known."""
    values: dict[str, str] = {"today": chinese_day(about.today)}
    for part in PARTS:
        values |= part(about)
    for more in hooks.answers:
        values |= more(about.case, about.now)
    given = given_before(about.case)
    values = {name: values.get(name) or given.get(name, "") for name in KNOWN}
    return {name: value for name, value in values.items() if value}


def given_before(case: Case) -> dict[str, str]:
    """Return what was written by hand into the papers of a case under names that others ask for too, newest first."""
    found: dict[str, str] = {}
    for given in case.papers.order_by("-made_at", "-pk").values_list("given", flat=True):
        found = {name: value for name, value in given.items() if name in KNOWN and value} | found
    return found


def _case(about: About) -> dict[str, str]:
    case, record = about.case, type_of(about.case)
    opened, closed = day_of(case.opened_at), case.closed_at
    issuer = holder_of(case)
    return {
        "case_number": case.number, "case_title": case.title, "case_kind": record.zh,
        "facts": _sentence(case.facts) or case.title, "happened": _moment(case.happened_at),
        "opened_day": chinese_day(opened), "closed_day": chinese_day(day_of(closed)) if closed else "",
        "issuer": issuer.paper_name if issuer else "", "sender": case.sender.name_zh if case.sender else "",
        "street": words().area(case.area_code).zh if case.area_code else "",
        "street_office": _names(case.parties.get("street", [])), "place": _place(case),
    }  # fmt: skip


def _sentence(text: str) -> str:
    return text.strip().rstrip("。；; ")


def _moment(moment: datetime) -> str:
    local = moment.astimezone(BEIJING)
    return f"{chinese_day(local.date())}{local.hour}时{local.minute:02d}分"


def _until(moment: datetime) -> str:
    """An end as clerks write it: midnight is the end of the day before.

    >>> _until(datetime(2026, 12, 23, tzinfo=BEIJING))
    '2026年12月22日24时'
    """
    local = moment.astimezone(BEIJING)
    if local.hour or local.minute:
        return _moment(moment)
    return f"{chinese_day(local.date() - timedelta(days=1))}24时"


def _names(codes: Iterable[str]) -> str:
    return "、".join(Organisation.objects.filter(code__in=list(codes)).values_list("name_zh", flat=True))


def _place(case: Case) -> str:
    if case.source:
        return case.source.address or case.source.name
    return case.point.name_zh if case.point else ""


def _object(about: About) -> dict[str, str]:
    case = about.case
    if case.source:
        return {"object": case.source.name, "object_code": case.source.code}
    return {"object": case.point.name_zh, "object_code": str(case.point.pk)} if case.point else {}


def party_of(case: Case) -> str:
    """Return whom a case is against, as far as the ledger says it."""
    if case.source is None:
        return ""
    named = next((str(value) for name in PARTY if (value := case.source.attributes.get(name))), "")
    return named or (case.source.owner.name_zh if case.source.owner else case.source.name)


def _party(about: About) -> dict[str, str]:
    case, measure = about.case, about.measure or about.case.measures.last()
    attributes = case.source.attributes if case.source else {}
    first = {key: next((str(attributes[name]) for name in names if attributes.get(name)), "")
             for key, names in (("party_code", CODE), ("party_head", HEAD))}  # fmt: skip
    return {
        **first,
        "party": measure.party if measure else party_of(case),
        "party_kind": "个人" if measure and measure.party_kind == Measure.Party.PERSON else "单位",
        "party_address": case.source.address if case.source else "",
    }


def _check(about: About) -> dict[str, str]:
    """The first step that somebody took: the check on site."""
    officers = "、".join(dict.fromkeys(str(step.by.name_zh) for step in about.taken if step.by))
    if not about.taken:
        return {"officers": officers}
    step, record = about.taken[0], type_of(about.case)
    found = record.outcome(step.step, step.outcome).zh
    return {
        "officers": officers, "checked_at": _moment(step.at), "checked_place": step.place or _place(about.case),
        "found": f"{found}。{_sentence(step.reason)}。",
    }  # fmt: skip


def _proof(about: About) -> dict[str, str]:
    counts: dict[str, int] = {}
    for one in about.evidence:
        name = {"photo": "现场照片", "document": "书证材料", "alarm": "监测报警数据"}[one.kind]
        counts[name] = counts.get(name, 0) + 1
    if not counts:
        return {}
    return {"evidence": "、".join(f"{name}{count}件" for name, count in counts.items()),
            "evidence_count": str(len(about.evidence))}  # fmt: skip


def _steps(about: About) -> dict[str, str]:
    step, case = about.open_step, about.case
    result = ""
    if about.taken:
        last = about.taken[-1]
        result = f"{type_of(case).outcome(last.step, last.outcome).zh}：{_sentence(last.reason)}"
    if step is None:
        return {"result": result}
    late = about.now - step.due_at if step.due_at else timedelta()
    return {
        "result": result, "step": type_of(case).step(step.step).zh, "step_holder": step.holder.name_zh,
        "step_due": _until(step.due_at) if step.due_at else "", "late_by": _span(late) if late > timedelta() else "",
    }  # fmt: skip


def _span(late: timedelta) -> str:
    hours = late.seconds // 3600
    parts = [f"{late.days}天" if late.days else "", f"{hours}小时" if hours else ""]
    return "".join(part for part in parts if part) or f"{late.seconds // 60}分钟"


def _measure(about: About) -> dict[str, str]:
    """The measure of the paper; without one, the law of the newest measure of the case."""
    measure = about.measure
    if measure is None:
        newest = about.case.measures.last()
        return {"law": _confirmed(record_of(newest))} if newest else {}
    record = about.record
    assert record is not None
    amount = measure.amount
    return {
        "law": _confirmed(record), "measure": record.zh, "measure_kind": record.kind,
        "amount": f"{amount:f}".removesuffix(".00") if amount is not None else "",
        "amount_capitals": in_capitals(amount) if amount is not None else "",
        "first_day": chinese_day(measure.first) if measure.first else "",
        "hearing_day": chinese_day(measure.hearing_day) if measure.hearing_day else "",
        "last_day": chinese_day(measure.last) if measure.last else "",
        "open_end": "本措施没有预定期限，由本机关依申请复核后解除。" if measure.sanction and not measure.last else "",
        "count": str(measure.sanction.count) if measure.sanction else "",
        "on_spot": "当场" if record.procedure == "summary" else "",
        "discretion": "；".join(f"{factor}：{choice}" for factor, choice, _ in discretion(about)),
        "arithmetic": _arithmetic(measure),
    }  # fmt: skip


def _confirmed(record: MeasureRecord) -> str:
    """The law of a measure; a clause that nobody has confirmed is left for a person to write."""
    return "" if record.confidence == "B?" else cited(record)


def cited(record: MeasureRecord) -> str:
    """Write the law of a measure: 《大气污染防治法》第一百一十五条; a plan's article as the plan's."""
    if record.standard:
        return f"《{record.standard}》{record.clause or ''}"
    return f"《{rules().pack.zh}》{record.citation.zh}"


def discretion(about: About) -> list[tuple[str, str, str]]:
    """Return each factor of discretion with the choice and how far up the band it leads."""
    if about.measure is None or about.record is None:
        return []
    factors = measure_rules().factors(about.record, about.measure.law_day)
    chosen: Mapping[str, str] = about.measure.factors
    decided = [(factor, factor.choice(chosen[factor.id])) for factor in factors if factor.id in chosen]
    return [(factor.zh, choice.zh, f"{choice.percent}%（权重 {factor.weight}）") for factor, choice in decided]


def _arithmetic(measure: Measure) -> str:
    told = measure.daily
    if not told:
        return ""
    served, found = date.fromisoformat(told["served"]), [date.fromisoformat(day) for day in told["found"]]
    days = "、".join(chinese_day(day) for day in found)
    beyond = "" if told["within"] else f"（有复查超出{told['window']}日复查期）"
    return (
        f"责令改正决定于{chinese_day(served)}送达，{days}复查仍未改正{beyond}，自送达次日起共计{told['days']}日，"
        f"按原处罚数额{float(told['original']):.0f}元逐日计罚。"
    )


def _rights(about: About) -> dict[str, str]:
    """The party's rights and periods, as the law of the day has them and as the party used them."""
    measure, record = about.measure, about.record
    fines = measure_rules().fines()
    values = {"recheck_days": str(fines.recheck_days), "late_percent": f"{fines.late_percent:f}",
              "pay_days": _days("payment", about.today)}  # fmt: skip
    if measure is None or record is None:
        return values
    for step in measure_rules().procedure(record, about.today).steps:
        for one in step.starts:
            if one.kind == "right" and one.exists_for(measure.party_kind, measure.amount):
                values[RIGHTS[one.deadline]] = _days(one.deadline, about.today)
    return values | {"statement": _used(about, "statement"), "hearing": _used(about, "hearing-request")}


RIGHTS = {"statement": "statement_days", "hearing-request": "hearing_days"}
USED = {
    ("statement", "used"): "你单位陈述、申辩称：{text}。本机关已予复核。",
    ("statement", "waived"): "你单位书面放弃陈述、申辩。",
    ("statement", "expired"): "你单位在期限内未陈述、申辩。",
    ("hearing-request", "used"): "你单位申请听证，本机关已依法举行听证。",
    ("hearing-request", "waived"): "你单位书面放弃听证。",
    ("hearing-request", "expired"): "你单位在期限内未申请听证。",
}


def _days(deadline: str, day: date) -> str:
    found = measure_rules().deadline(deadline, day)
    return f"{found.count}{UNITS[found.unit]}"


def _used(about: About, deadline: str) -> str:
    clock = about.clocks.get(deadline)
    if clock is None:
        return ""
    outcome = clock.outcome or ("expired" if clock.due_at < about.now else "")
    return USED.get((deadline, outcome), "").format(text=_sentence(clock.text))


def _issued(about: About) -> dict[str, str]:
    """Numbers of papers that this one leans on."""
    found: dict[str, str] = {}
    for paper in about.papers:
        ours = about.measure is not None and paper.measure_id == about.measure.pk
        key = PAPERS.get(paper.kind, "")
        if key and (ours or key == "order_number"):
            found[key] = paper.number
        if paper.kind == "correction-order" and paper.issued_at:
            found["order_day"] = chinese_day(day_of(paper.issued_at))
        if paper.kind != "service-receipt" and (ours or about.measure is None):
            found["last_paper"] = f"《{paper.title}》（{paper.number}）"
    return found


PAPERS = {"penalty-notice": "notice_number", "correction-order": "order_number", "penalty-decision": "decision_number"}

PARTS: tuple[Callable[[About], dict[str, str]], ...] = (
    _case, _object, _party, _check, _proof, _steps, _measure, _rights, _issued,
)  # fmt: skip
