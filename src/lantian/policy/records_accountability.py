"""Records of accountability (问责): what makes a problem count, and what accumulated problems lead to (article 31)."""

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lantian.kernel.errors import Text
from lantian.kernel.periods import Span
from lantian.policy.records import BadValueError, Model, Record, record_type
from lantian.policy.records_document import names_in
from lantian.workflow import accountability
from lantian.workflow.errors import WorkflowError

KNOWN: Mapping[str, Text] = {
    "body": Text("责任单位", "responsible body"),
    "addressee": Text("责任人", "person"),
    "addressee_title": Text("职务", "office"),
    "period": Text("统计期", "period"),
    "count": Text("累计问题数", "problems counted"),
    "level": Text("级别", "level"),
    "level_at": Text("该级别问题数", "number of the level"),
    "citation": Text("依据", "basis"),
    "grounds": Text("移送理由", "grounds"),
    "today": Text("成文日期", "day"),
}
"""What the text of a notice may hold."""

Facts = Literal["late", "outcome", "escalated", "ranked-last", "entered"]
"""late: a step past its end; outcome: of a step; escalated: a level; ranked-last: ordered so often; entered by hand."""
Addressee = Literal["body", "deputy", "chief", "discipline"]


@record_type("accountability_rule")
class AccountabilityRule(Record):
    """What makes a problem count (计入情形).

    facts: where the fact is found. types: of cases, none is all; leave_out: types that other rules count. steps: that
    are late, or whose outcome counts, as ``step:outcome``. level: of escalation. times: orders after a ranking in the
    ladder's span, from which each counts. blames: the party of the case that answers, blank for whoever has the step.
    """

    references: ClassVar[Mapping[str, str]] = {"types": "case_type", "leave_out": "case_type"}

    facts: Facts
    order: int = 0
    types: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    times: int = Field(default=0, ge=0)
    level: int = Field(default=0, ge=0)
    blames: str = ""

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.facts in ("late", "outcome") and not (self.types and self.steps):
            raise BadValueError("须写明案件类型和环节", "types and steps have to be named")
        if (self.facts == "escalated") != bool(self.level):
            raise BadValueError("只有逾期上报须写级别", "a level goes with escalation alone")
        if (self.facts == "ranked-last") != bool(self.times):
            raise BadValueError("只有排名末位须写次数", "times go with rankings alone")
        return self


class AccountabilityLevel(Model):
    """A level (问责级别). at: from so many problems on. addressee: who is named; titles: words in the post's name.

    title, to, text: of the notice, with names in braces.
    """

    id: str
    at: int = Field(ge=1)
    zh: str
    en: str
    addressee: Addressee
    titles: tuple[str, ...] = ()
    title: str
    to: str
    text: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _knows_its_names(self) -> Self:
        _refuse_unknown((self.title, self.to, *self.text))
        return self

    def label(self) -> Text:
        """Return its name."""
        return Text(self.zh, self.en)


class TransferPaper(Model):
    """The letter that hands a lead to discipline inspection (线索移送函). receiver: an organisation."""

    receiver: str
    title: str
    to: str
    text: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _knows_its_names(self) -> Self:
        _refuse_unknown((self.title, self.to, *self.text))
        return self


def _refuse_unknown(texts: tuple[str, ...]) -> None:
    unknown = sorted({name for text in texts for name in names_in(text)} - set(KNOWN))
    if unknown:
        raise BadValueError(f"没有的占位：{', '.join(unknown)}", f"no such placeholder: {', '.join(unknown)}")


@record_type("accountability_ladder")
class AccountabilityLadder(Record):
    """What accumulated problems lead to (逐级问责). span: how long problems add up.

    offices: organisations that see all bodies; deciders: that decide and send. word: in the numbers of notices.
    issuer: whose paper it is. answer_days: within which a body acknowledges, or appeals.
    """

    references: ClassVar[Mapping[str, str]] = {
        "issuer": "organisation", "offices": "organisation", "deciders": "organisation", "receiver": "organisation",
    }  # fmt: skip

    span: Span
    offices: tuple[str, ...] = Field(min_length=1)
    deciders: tuple[str, ...] = Field(min_length=1)
    issuer: str
    word: str
    answer_days: int = Field(ge=1)
    levels: tuple[AccountabilityLevel, ...] = Field(min_length=1)
    transfer: TransferPaper

    @model_validator(mode="after")
    def _rises(self) -> Self:
        try:
            self.ladder()
        except WorkflowError as error:
            raise BadValueError(error.text.zh, error.text.en) from error
        return self

    @property
    def receiver(self) -> str:
        """The organisation to which leads are handed."""
        return self.transfer.receiver

    def ladder(self) -> accountability.Ladder:
        """Return the pure ladder."""
        return accountability.Ladder(tuple(accountability.Level(one.id, one.at) for one in self.levels))

    def level(self, name: str) -> AccountabilityLevel:
        """Return a level by id; KeyError where the ladder has none."""
        return {one.id: one for one in self.levels}[name]
