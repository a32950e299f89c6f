"""Records of notices (通知): what is said of each event, when a message waits, and what each channel allows."""

from collections.abc import Mapping
from datetime import time
from string import Formatter
from typing import Literal, Self

from pydantic import Field, model_validator

from lantian.kernel.errors import Text
from lantian.policy.records import BadValueError, Record, record_type

Wanted = Literal["all", "urgent", "none"]
"""Which messages go to a person by a channel."""


@record_type("notice_template")
class NoticeTemplateRecord(Record):
    """What is said of an event (通知模板). zh, en: the event's name. urgent: quiet hours and digests do not hold it.

    fields: the names that title and text may use, each in braces: ``{number}``.
    """

    title_zh: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    text_zh: str = Field(min_length=1)
    text_en: str = Field(min_length=1)
    fields: tuple[str, ...] = ()
    urgent: bool = False

    @model_validator(mode="after")
    def _uses_its_fields(self) -> Self:
        used = {name for part in (self.title_zh, self.title_en, self.text_zh, self.text_en) for name in _names(part)}
        unknown = sorted(used - set(self.fields))
        if unknown:
            raise BadValueError(f"fields 中没有：{', '.join(unknown)}", f"not among its fields: {', '.join(unknown)}")
        return self

    @property
    def title(self) -> Text:
        """The title with its fields open."""
        return Text(self.title_zh, self.title_en)

    @property
    def text(self) -> Text:
        """The text with its fields open."""
        return Text(self.text_zh, self.text_en)


def _names(pattern: str) -> list[str]:
    """The names in braces; raises BadValueError for anything but a plain name, so that a template cannot reach further.

    >>> _names("{number}: {title}")
    ['number', 'title']
    """
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError:
        raise BadValueError(f"花括号不成对：{pattern}", f"a brace stands alone: {pattern}") from None
    found = [name for _, name, _, _ in parts if name is not None]
    wrong = [name for name in found if not name.isidentifier()]
    if wrong or any(form or turned for _, _, form, turned in parts):
        raise BadValueError(
            f"花括号内只能写内容项的名称：{pattern}", f"only a field's name may stand in braces: {pattern}"
        )
    return found


def filled(pattern: str, values: Mapping[str, str]) -> str:
    """Return a pattern with its fields filled in; a field without value reads —.

    >>> filled("{number}: {title}", {"number": "1"})
    '1: —'
    """
    return "".join(
        before + ("" if name is None else values.get(name) or "—") for before, name, _, _ in Formatter().parse(pattern)
    )


@record_type("notice_rule")
class NoticeRuleRecord(Record):
    """When messages wait, and how often they are tried again (通知规则).

    quiet_from, quiet_to: the hours in which only urgent messages go out; digest_at: when the digest of a day goes out.
    tries: how often in all. The wait before the next try grows from first_wait_s by wait_factor to longest_wait_s, and
    lies by up to jitter_percent off, so that what failed together does not come back together.
    timeout_s: for one receiver's answer. round_s: how long one round waits in all. lease_s: after so long a message
    that was being sent when the worker stopped is taken up again. each_up_to: more events at a time become one message.
    expiry_days: how long before its end a credential's holder is told. email, sms: what a person gets who chose
    nothing. prefix: stands before each text outside the platform.
    """

    quiet_from: time
    quiet_to: time
    digest_at: time
    tries: int = Field(ge=1)
    first_wait_s: int = Field(ge=1)
    wait_factor: int = Field(ge=1)
    longest_wait_s: int = Field(ge=1)
    jitter_percent: int = Field(ge=0, le=50)
    timeout_s: int = Field(ge=1)
    round_s: int = Field(ge=1)
    lease_s: int = Field(ge=1)
    each_up_to: int = Field(ge=1)
    expiry_days: tuple[int, ...]
    keep_days: int = Field(ge=1)
    email: Wanted
    sms: Wanted
    prefix_zh: str = ""
    prefix_en: str = ""

    @model_validator(mode="after")
    def _outlives_a_round(self) -> Self:
        if self.lease_s <= self.round_s:
            raise BadValueError("lease_s 须长于 round_s", "lease_s has to be longer than round_s")
        return self


@record_type("notice_channel")
class NoticeChannelRecord(Record):
    """What a kind of channel allows (通知渠道): messages a minute, length of a text, and its vendor's hosts."""

    order: int = 0
    per_minute: int = Field(ge=1)
    longest_bytes: int = Field(ge=60)
    hosts: tuple[str, ...] = ()
