"""Texts of notices in a pack: they use their own fields, and nothing else that braces could reach."""

from typing import Any

import pytest
from pydantic import ValidationError

from lantian.policy.reader import load_pack
from lantian.policy.records_notice import NoticeChannelRecord, NoticeRuleRecord, NoticeTemplateRecord, filled


def text(title: str) -> NoticeTemplateRecord:
    said: dict[str, Any] = {"id": "x", "zh": "某", "en": "some", "standard": "–", "fields": ["number"]}
    return NoticeTemplateRecord.model_validate(
        said | {"title_zh": title, "title_en": "t", "text_zh": "t", "text_en": "t"}
    )


def test_a_text_is_filled_with_its_fields() -> None:
    record = text("案件 {number}")
    assert filled(record.title.zh, {"number": "1"}) == "案件 1"
    assert filled(record.title.zh, {}) == "案件 —"


@pytest.mark.parametrize(
    "title", ["{other}", "{number.__class__}", "{number[0]}", "{number!r}", "{number:>9}", "{}", "{", "}"]
)
def test_anything_but_a_field_of_its_own_is_refused(title: str) -> None:
    with pytest.raises(ValidationError):
        text(title)


def test_a_lease_outlives_the_round_that_took_it() -> None:
    [rule] = load_pack("cn-110105-2018").all(NoticeRuleRecord)
    with pytest.raises(ValidationError, match="lease_s"):
        NoticeRuleRecord.model_validate(rule.model_dump() | {"lease_s": rule.round_s})


def test_every_event_that_may_come_in_numbers_has_a_text_for_several() -> None:
    pack = load_pack("cn-110105-2018")
    names = {one.id for one in pack.all(NoticeTemplateRecord)}
    assert {"case-due-soon", "case-overdue", "alarm-raised", "ledger-change", "credential-expiring"} <= names
    assert {name.removesuffix("-many") for name in names if name.endswith("-many")} <= names
    assert len(pack.all(NoticeChannelRecord)) == 6
