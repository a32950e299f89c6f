"""Records of the ledgers (台账): kinds of sources with attributes, states and duties; figures; kinds of credentials.

A kind says everything about a ledger that is not behaviour: from its record come form, list, filters, map layer,
Excel template, import, export, print and history, without code.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lantian.policy.records import BadValueError, Model, Record, record_type
from lantian.policy.records_rule import Condition

AttributeType = Literal[
    "text",
    "long_text",
    "number",
    "integer",
    "choice",
    "choices",
    "flag",
    "date",
    "month",
    "phone",
    "identity",
    "plate",
    "credit_code",
    "vin",
    "source",
    "organisation",
]
"""What an attribute holds. ``source`` is the code of another ledger entry (of the kind in ``of``)."""

Sensitivity = Literal["public", "internal", "personal"]
"""Who may see an attribute: everybody, signed-in officers, or officers after an audited unmasking (个人信息)."""

Geometry = Literal["point", "line", "polygon", "none"]


class Choice(Model):
    """One of the values that a choice allows; ``id`` is stored."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    zh: str
    en: str


class Attribute(Model):
    """An attribute of a kind (属性), a field of its form and a column of its sheet.

    name: the key under which it is stored. unit: of a number. low, high: bounds of a number. pattern: of a text.
    filter: offered in the query bar. listed: a column of the list. of: the kind that a ``source`` refers to.
    default: taken for new entries. since: first day from which it is asked.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    zh: str
    en: str
    type: AttributeType
    unit: str | None = None
    required: bool = False
    choices: tuple[Choice, ...] = ()
    pattern: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    decimals: int = 0
    help_zh: str = ""
    help_en: str = ""
    sensitivity: Sensitivity = "internal"
    filter: bool = False
    listed: bool = False
    of: str | None = None
    example: str = ""

    @model_validator(mode="after")
    def _choices_belong_to_choices(self) -> Self:
        if (self.type in ("choice", "choices")) != bool(self.choices):
            raise BadValueError(
                "choice、choices 须有 choices，其他不得有", "choice and choices need choices, others none"
            )
        if (self.type == "source") != (self.of is not None):
            raise BadValueError("source 须有 of，其他不得有", "source needs of, others have none")
        return self


class State(Model):
    """A state of an entry (状态). working: it counts as existing and running; final: it ends the entry's life."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    zh: str
    en: str
    working: bool = True
    final: bool = False


class Move(Model):
    """An allowed change of state; ``reason``: one must be given."""

    start: str
    end: str
    zh: str
    en: str
    reason: bool = False


DutyNeed = Literal["device", "credential", "attribute", "camera", "inspection"]


class Duty(Model):
    """What an entry must have (应有), from and by when.

    when: a condition over its attributes, state and area (facts named as the attributes), None is always.
    needs: a device (of point kind ``which``), a valid credential (of kind ``which``), an attribute that is filled or
    true, a camera, an inspection within ``within_days``. by: the day until which it must be there; after it the entry
    is late.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    zh: str
    en: str
    article: int
    needs: DutyNeed
    which: str
    when: Condition | None = None
    from_day: date | None = None
    by: date | None = None
    within_days: int | None = None
    confidence: Literal["A", "B", "B?"] = "A"


@record_type("kind")
class Kind(Record):
    """A kind of source (治理对象类别), that is one ledger (台账).

    trade: the organisation that supervises it (行业主管). key: the attribute by which imports find an entry again;
    empty is the entry's own code. code_prefix: of codes given by us. official_title: what the printed table is called.
    subscribers: organisations that are told of changes. near_m: entries of like names nearer than this may be double.
    owner_files: whether its owner files an entry (申报), by form or sheet; verified: attributes that a bureau fills in.
    keepers: organisations beside the trade that make entries of their own; such an entry is theirs to keep.
    """

    references: ClassVar[Mapping[str, str]] = {
        "trade": "organisation",
        "subscribers": "organisation",
        "keepers": "organisation",
    }

    trade: str
    group: Literal["dust", "industry", "mobile", "life", "energy", "support"]
    geometry: Geometry = "point"
    symbol: Literal["circle", "square", "triangle", "diamond", "hexagon", "stack", "truck", "drop"] = "circle"
    key: str = ""
    code_prefix: str = Field(pattern=r"^[A-Z]{2,4}$")
    official_title: str = ""
    attributes: tuple[Attribute, ...] = Field(min_length=1)
    states: tuple[State, ...] = Field(min_length=1)
    moves: tuple[Move, ...] = ()
    duties: tuple[Duty, ...] = ()
    subscribers: tuple[str, ...] = ()
    near_m: int = 100
    order: int = 0
    paper: Literal["A3", "A4"] = "A3"
    owner_files: bool = False
    keepers: tuple[str, ...] = ()
    verified: tuple[str, ...] = ()

    def attribute(self, name: str) -> Attribute | None:
        """Return an attribute by name."""
        return next((one for one in self.attributes if one.name == name), None)

    def state(self, name: str) -> State | None:
        """Return a state by id."""
        return next((one for one in self.states if one.id == name), None)

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        names = [one.name for one in self.attributes]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise BadValueError(f"属性重名：{', '.join(twice)}", f"attributes named twice: {', '.join(twice)}")
        if self.key and self.key not in names:
            raise BadValueError(f"key = {self.key} 不是属性", f"key = {self.key} is no attribute")
        unknown = sorted(set(self.verified) - set(names))
        if unknown:
            raise BadValueError(
                f"verified 中没有的属性：{', '.join(unknown)}", f"verified names no attributes: {', '.join(unknown)}"
            )
        known = {one.id for one in self.states}
        stray = sorted({end for move in self.moves for end in (move.start, move.end)} - known)
        if stray:
            raise BadValueError(f"moves 中没有的状态：{', '.join(stray)}", f"moves name no states: {', '.join(stray)}")
        return self


@record_type("ledger_figure")
class LedgerFigure(Record):
    """A share or a sum over a ledger (台账指标), one click away from its numerator and denominator.

    of: the kind. among: condition of the denominator (None is all working entries); that: condition of the numerator.
    sum: a number attribute that is summed instead of counted; per: another one whose sum is the denominator.
    by: an attribute whose choices each get a figure.
    since_days: only entries whose date attribute ``day`` lies within so many days count, as new vehicles.
    ended: entries in states that end their life count too, as exits do; otherwise only working ones.
    quantity: the plan's quantity that it is held against; target, due: where the plan states no quantity record.
    """

    references: ClassVar[Mapping[str, str]] = {"of": "kind", "quantity": "quantity"}

    of: str
    among: Condition | None = None
    that: Condition
    sum: str | None = None
    per: str | None = None
    by: str | None = None
    day: str | None = None
    since_days: int | None = None
    ended: bool = False
    quantity: str | None = None
    target: Decimal | None = None
    due: date | None = None
    unit: Literal["%", "count", "t", "km", "ha"] = "%"


class CredentialField(Model):
    """A further field of a credential; ``public`` ones show on the public check page."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    zh: str
    en: str
    public: bool = False


@record_type("credential_kind")
class CredentialKind(Record):
    """A kind of credential (证照/标识): permit, label, rating, points.

    for_kinds: ledgers whose entries may hold it. number: its pattern, with {year}, {area}, {serial:05d}, {stage}.
    months: validity, None is open. issuer: the organisation that gives it. label: it is printed as a label with a QR.
    points: at the start of a cycle, for point systems (记分).
    """

    references: ClassVar[Mapping[str, str]] = {"for_kinds": "kind", "issuer": "organisation"}

    for_kinds: tuple[str, ...] = Field(min_length=1)
    number: str
    months: int | None = None
    issuer: str
    fields: tuple[CredentialField, ...] = ()
    public_attributes: tuple[str, ...] = ()
    label: bool = False
    points: int | None = None
