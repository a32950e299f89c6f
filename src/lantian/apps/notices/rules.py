"""The pack's rules of notices (通知规则): texts, times and what channels allow, read once per process and pack."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from lantian.kernel.errors import LantianError, Text
from lantian.kernel.instants import day_of
from lantian.policy.pack import Pack
from lantian.policy.reader import load_pack
from lantian.policy.records_notice import NoticeChannelRecord, NoticeRuleRecord, NoticeTemplateRecord


class NoticeRulesError(LantianError):
    """A pack without what notices need."""


@lru_cache(maxsize=4)
def _pack(name: str) -> Pack:
    return load_pack(name)


def _now_used() -> Pack:
    return _pack(str(settings.PACK))


def rule_at(at: datetime) -> NoticeRuleRecord:
    """Return when messages wait and are tried again; raises NoticeRulesError."""
    for record in _now_used().on(NoticeRuleRecord, day_of(at)):
        return record
    raise NoticeRulesError(Text("政策包没有 [[notice_rule]] 记录。", "The pack has no [[notice_rule]] record."))


def template(name: str, at: datetime) -> NoticeTemplateRecord:
    """Return the text of an event; raises NoticeRulesError."""
    found = _now_used().find(NoticeTemplateRecord, name, day_of(at))
    if found is None:
        raise NoticeRulesError(Text(f"政策包没有通知模板“{name}”。", f"The pack has no text of a notice for {name!r}."))
    return found


def templates(at: datetime) -> Mapping[str, NoticeTemplateRecord]:
    """Return the texts of all events by id."""
    return {one.id: one for one in _now_used().on(NoticeTemplateRecord, day_of(at))}


def channel_kind(kind: str, at: datetime) -> NoticeChannelRecord:
    """Return what a kind of channel allows; raises NoticeRulesError."""
    found = _now_used().find(NoticeChannelRecord, kind, day_of(at))
    if found is None:
        raise NoticeRulesError(Text(f"政策包没有通知渠道“{kind}”。", f"The pack has no channel {kind!r}."))
    return found
