"""Merge what waits for a digest (汇总): one message a person and channel, which lists what it carries."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from lantian.apps.notices.models import Delivery, Message
from lantian.apps.notices.rules import template
from lantian.policy.records_notice import filled

INBOX = "/notices/"


@transaction.atomic
def merge_digests(now: datetime) -> int:
    """Merge the deliveries whose digest is due; return how many digests were made. A single one goes as it is."""
    due = Delivery.objects.due(now).filter(digest=True, state=Delivery.State.HELD, tries=0)
    groups: dict[tuple[int, str], list[Delivery]] = defaultdict(list)
    for row in due.select_for_update(of=("self",)).select_related("message").order_by("message__at", "pk"):
        groups[row.channel_id, row.address].append(row)
    merged = [rows for rows in groups.values() if len(rows) > 1]
    for rows in merged:
        _merge(rows, now)
    return len(merged)


def _merge(rows: Sequence[Delivery], now: datetime) -> None:
    first = rows[0]
    message = _message(rows, now)
    carrier = Delivery.objects.create(
        message=message, channel=first.channel, person=first.person, address=first.address, language=first.language,
        due_at=now, at=now,
    )  # fmt: skip
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(state=Delivery.State.DIGESTED, carrier=carrier)


def _message(rows: Sequence[Delivery], now: datetime) -> Message:
    record, count = template("digest", now), str(len(rows))
    said = [row.message for row in rows]
    zh = {"count": count, "lines": _lines([(one.title_zh, one.text_zh) for one in said])}
    en = {"count": count, "lines": _lines([(one.title_en, one.text_en) for one in said])}
    return Message.objects.create(
        key=f"digest:{rows[0].channel_id}:{rows[0].pk}-{rows[-1].pk}", template="digest", link=INBOX, at=now,
        title_zh=filled(record.title.zh, zh), title_en=filled(record.title.en, en),
        text_zh=filled(record.text.zh, zh), text_en=filled(record.text.en, en),
    )  # fmt: skip


def _lines(said: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{number}. {title}：{text}" if _han(title) else f"{number}. {title}: {text}"
                     for number, (title, text) in enumerate(said, start=1))  # fmt: skip


def _han(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)
