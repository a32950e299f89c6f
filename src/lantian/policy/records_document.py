"""Records of papers drafted from a case (执法文书): their wording in our own words, filled from what is known.

A placeholder is a name in braces. It is one of ``KNOWN``, which the case, the measure and the pack answer, or a field
that the record itself asks for. What is known is never asked again.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from lantian.kernel.errors import Text
from lantian.policy.records import BadValueError, Model, Record, record_type
from lantian.policy.records_measure import MeasureKind

KNOWN: Mapping[str, Text] = {
    "case_number": Text("案号", "case number"),
    "case_title": Text("案由", "what the case is about"),
    "case_kind": Text("案件类型", "type of case"),
    "facts": Text("违法事实", "facts"),
    "party": Text("当事人", "party"),
    "party_kind": Text("当事人类别", "kind of party"),
    "party_code": Text("统一社会信用代码", "credit code"),
    "party_address": Text("当事人地址", "party's address"),
    "party_head": Text("法定代表人（负责人）", "legal representative"),
    "object": Text("检查对象", "object"),
    "object_code": Text("台账编码", "code on the ledger"),
    "place": Text("地点", "place"),
    "street": Text("街乡", "street"),
    "happened": Text("发生时间", "time of the event"),
    "opened_day": Text("立案日期", "day of opening"),
    "checked_at": Text("检查时间", "time of the check"),
    "checked_place": Text("检查地点", "place of the check"),
    "found": Text("检查情况", "what was found"),
    "officers": Text("执法人员", "officers"),
    "issuer": Text("发文单位", "issued by"),
    "sender": Text("移送单位", "sent by"),
    "street_office": Text("属地街乡", "street office"),
    "evidence": Text("证据", "evidence"),
    "evidence_count": Text("证据件数", "pieces of evidence"),
    "law": Text("法律依据", "law"),
    "step": Text("当前环节", "current step"),
    "step_due": Text("环节止于", "step is due"),
    "step_holder": Text("环节承办单位", "step is held by"),
    "late_by": Text("逾期时长", "late by"),
    "measure": Text("措施", "measure"),
    "measure_kind": Text("措施类别", "kind of measure"),
    "amount": Text("金额（元）", "amount [yuan]"),
    "amount_capitals": Text("金额大写", "amount in capitals"),
    "discretion": Text("裁量情况", "discretion"),
    "arithmetic": Text("按日计算", "daily arithmetic"),
    "statement_days": Text("陈述申辩期限", "time for a statement"),
    "hearing_days": Text("听证申请期限", "time to ask for a hearing"),
    "statement": Text("陈述申辩情况", "statement made"),
    "hearing": Text("听证情况", "hearing"),
    "hearing_day": Text("听证日期", "day of the hearing"),
    "pay_days": Text("缴纳期限", "time to pay"),
    "late_percent": Text("每日加处比例", "surcharge a day"),
    "recheck_days": Text("复查期限", "time of the re-check"),
    "first_day": Text("起", "first day"),
    "last_day": Text("止", "last day"),
    "on_spot": Text("当场处罚", "on the spot"),
    "open_end": Text("没有预定期限", "no end is set"),
    "count": Text("累计次数", "count"),
    "notice_number": Text("告知书文号", "number of the notice"),
    "order_number": Text("责令改正文号", "number of the order"),
    "order_day": Text("责令改正送达日", "day of service of the order"),
    "decision_number": Text("决定书文号", "number of the decision"),
    "last_paper": Text("送达文书", "paper served"),
    "result": Text("办理结果", "result"),
    "closed_day": Text("办结日期", "day of closing"),
    "feedback": Text("反馈意见", "feedback"),
    "list_number": Text("清单序号", "number on the list"),
    "goal": Text("整改目标", "goal"),
    "deadline": Text("整改时限", "deadline"),
    "lead": Text("牵头单位", "led by"),
    "joint": Text("配合单位", "joined by"),
    "extension": Text("延期情况", "extension"),
    "today": Text("成文日期", "day"),
}
"""What a case answers of itself, and how a reader calls it."""

Listing = Literal["evidence", "discretion", "arithmetic", "history", "clocks"]
_NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def names_in(text: str) -> Iterator[str]:
    """Return the placeholders of a text.

    >>> list(names_in("对{party}罚款{amount}元"))
    ['party', 'amount']
    """
    return (found[1] for found in _NAME.finditer(text))


def filled(text: str, values: Mapping[str, str], silent: Collection[str] = ()) -> str:
    """Put values in the place of their names; what is not known yet stays open. silent: names that may say nothing.

    >>> filled("对{party}罚款{amount}元", {"party": "某公司"})
    '对某公司罚款＿＿＿＿元'
    >>> filled("为{value}{change}", {"value": "40", "change": ""}, silent=("change",))
    '为40'
    """

    def said(found: re.Match[str]) -> str:
        return values.get(found[1], "") or ("" if found[1] in silent else "＿＿＿＿")

    return _NAME.sub(said, text)


class BlockRecord(Model):
    """A part of the paper: a heading, a paragraph or a table. when: only if this name has a value."""

    heading: str | None = None
    text: str | None = None
    table: Listing | None = None
    when: str | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if sum(part is not None for part in (self.heading, self.text, self.table)) != 1:
            raise BadValueError("须恰好写 heading、text、table 之一", "needs exactly one of heading, text and table")
        return self


class FieldRecord(Model):
    """What the paper asks for, with the text it begins with, which may hold placeholders."""

    id: str = Field(pattern=r"^[a-z_]+$")
    zh: str
    en: str
    default: str = ""
    required: bool = True
    lines: int = Field(default=1, ge=1, le=12)


@record_type("case_document")
class CaseDocumentRecord(Record):
    """A kind of paper (文书). sign: the word of the kind in its number. to: to whom it is addressed, blank for records.

    measures: kinds of measures that it is drafted from; none: from the case itself. types: of cases that have it; none:
    all. parties: that get a copy.
    """

    sign: str = Field(min_length=1)
    order: int = 0
    title: str
    to: str = ""
    measures: tuple[MeasureKind, ...] = ()
    types: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    fields: tuple[FieldRecord, ...] = ()
    blocks: tuple[BlockRecord, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _knows_its_names(self) -> Self:
        own = {field.id for field in self.fields}
        unknown = sorted(set(self.names()) - set(KNOWN) - own)
        if unknown:
            raise BadValueError(f"没有的占位：{', '.join(unknown)}", f"no such placeholder: {', '.join(unknown)}")
        twice = sorted(own & set(KNOWN))
        if twice:
            raise BadValueError(
                f"已知事项不得再问：{', '.join(twice)}", f"known already, not asked: {', '.join(twice)}"
            )
        return self

    def names(self) -> tuple[str, ...]:
        """Return the names that the paper needs, once each, in order."""
        texts = [self.title, self.to, *(field.default for field in self.fields)]
        texts += [block.heading or block.text or "" for block in self.blocks]
        return tuple(dict.fromkeys(name for text in texts for name in names_in(text)))


@record_type("paper_word")
class PaperWordRecord(Record):
    """The word of an organisation in the numbers of its papers (机关代字); the id is the organisation's."""

    word: str = Field(min_length=1)
