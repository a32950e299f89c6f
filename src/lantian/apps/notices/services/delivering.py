"""Send what is due (投递): each receiver in a thread of its own, so that a slow one holds nobody up; rows decide.

A row is claimed with a lease before it is sent, and its outcome written after. A worker that dies between the two
leaves a lease that runs out: then the message is sent again, with the same id, by which receivers that look at ids know
the second copy. So nothing is lost, and nothing is sent twice as far as the receiver allows.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import Empty, Queue

from django.conf import settings
from django.db import transaction

from lantian.apps.accounts.models import Role
from lantian.apps.notices.models import Channel, Delivery, Message
from lantian.apps.notices.rules import channel_kind, rule_at
from lantian.apps.notices.schedule import wait
from lantian.apps.notices.sealing import SealBroken, unseal
from lantian.apps.notices.selectors.people import holders_of_role
from lantian.apps.notices.senders import Answer, Outgoing, send
from lantian.apps.notices.services.digests import merge_digests
from lantian.apps.notices.services.telling import tell
from lantian.kernel.errors import Text
from lantian.kernel.instants import day_of
from lantian.policy.records_notice import NoticeRuleRecord

Send = Callable[[Outgoing, float], Answer]
Answers = Queue[tuple[int, Answer] | None]
"""What the threads hand in: whose answer it is, and None at the end of a line."""
Spread = Callable[[], float]
"""Where in the jitter a wait lies, from −1 to 1."""


def _anywhere() -> float:
    return random.uniform(-1, 1)  # noqa: S311  # nothing secret hangs on it


@dataclass
class Round:
    """What became of a round: how many were sent, put off, given up, and taken back unsent."""

    sent: int = 0
    again: int = 0
    failed: int = 0
    back: int = 0


def send_due(now: datetime, *, send: Send = send, spread: Spread = _anywhere) -> Round:
    """Send what is due at a moment and write down what became of it."""
    rule = rule_at(now)
    _recover(now)
    merge_digests(now)
    lines = _claim(now, rule)
    done = Round()
    for key, answer in _answers(lines, rule, send):
        _note(key, answer, now, rule, spread, done)
    return done


def _recover(now: datetime) -> None:
    """Queue again what a worker was sending when it stopped."""
    for row in Delivery.objects.abandoned(now):
        Delivery.objects.filter(pk=row.pk, state=Delivery.State.SENDING, lease_until=row.lease_until).update(
            state=Delivery.State.QUEUED, lease_until=None, answer="—"
        )


@transaction.atomic
def _claim(now: datetime, rule: NoticeRuleRecord) -> list["Line"]:
    """Take what is due, as many of each channel as it allows a minute, urgent ones first."""
    lines = []
    for channel in Channel.objects.in_use():
        allowed = channel_kind(channel.kind, now)
        due = Delivery.objects.due(now).filter(channel=channel).order_by("-urgent", "due_at", "pk")
        rows = list(due.select_for_update(of=("self",)).select_related("message")[: allowed.per_minute])
        if not rows:
            continue
        for row in rows:
            row.state, row.tries = Delivery.State.SENDING, row.tries + 1
            row.lease_until = now + timedelta(seconds=rule.lease_s)
        Delivery.objects.bulk_update(rows, ["state", "tries", "lease_until"])
        lines.append(Line([(row.pk, outgoing(row, channel, now)) for row in rows]))
    return lines


def outgoing(row: Delivery, channel: Channel, now: datetime) -> Outgoing:
    """Return a delivery as a sender gets it."""
    allowed, rule, message = channel_kind(channel.kind, now), rule_at(now), row.message
    try:
        secrets: Mapping[str, str] = unseal(channel.secrets)
    except SealBroken:
        secrets = {}
    return Outgoing(
        kind=channel.kind, options=channel.options, secrets=secrets, address=row.address, language=row.language,
        title=Text(message.title_zh, message.title_en), text=Text(message.text_zh, message.text_en),
        token=f"n{row.message_id}c{channel.pk}d{row.pk}", at=now, template=message.template, urgent=row.urgent,
        link=f"{settings.SITE_URL}{message.link}" if settings.SITE_URL else "",
        prefix=Text(rule.prefix_zh, rule.prefix_en), longest_bytes=allowed.longest_bytes, hosts=allowed.hosts,
    )  # fmt: skip


# the threads ------------------------------------------------------------------------------------------------------


@dataclass
class Line:
    """What one receiver gets in a round, one after the other; ``running`` is the one that is on its way."""

    waiting: list[tuple[int, Outgoing]]
    running: int | None = None
    closed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> Outgoing | None:
        """Take the next one, unless the round is over."""
        with self.lock:
            if self.closed or not self.waiting:
                return None
            self.running, out = self.waiting.pop(0)
            return out

    def finish(self, answer: Answer, found: "Answers") -> None:
        """Hand in an answer, unless the round is over and has counted the message as unanswered."""
        with self.lock:
            if self.running is not None and not self.closed:
                found.put((self.running, answer))
            self.running = None

    def close(self) -> tuple[int | None, list[int]]:
        """End the line: which one is still on its way, and which have not been begun."""
        with self.lock:
            self.closed = True
            return self.running, [key for key, _ in self.waiting]


def _answers(lines: Sequence[Line], rule: NoticeRuleRecord, send: Send) -> Iterator[tuple[int, Answer | None]]:
    """Send all lines at once and yield each answer as it comes; None for what was not begun.

    Waits no longer than a round may last.
    """
    found: Answers = Queue()
    for line in lines:
        threading.Thread(target=_work, args=(line, found, send, rule.timeout_s), daemon=True).start()
    yield from _until(found, len(lines), time.monotonic() + rule.round_s)
    for line in lines:
        running, waiting = line.close()
        if running is not None:
            yield running, Answer(False, f"no answer in {rule.round_s} s")
        yield from ((key, None) for key in waiting)
    yield from _until(found, len(lines), 0.0)


def _until(found: "Answers", open_lines: int, ends: float) -> Iterator[tuple[int, Answer]]:
    """Yield answers until all lines have ended, or until a time of the monotonic clock."""
    while open_lines:
        try:
            got = found.get(timeout=max(0.0, ends - time.monotonic()))
        except Empty:
            return
        if got is None:
            open_lines -= 1
        else:
            yield got


def _work(line: Line, found: "Answers", send: Send, timeout_s: float) -> None:
    while (out := line.begin()) is not None:
        try:
            answer = send(out, timeout_s)
        except Exception as error:  # a sender of one channel must not stop the others
            answer = Answer(False, type(error).__name__)
        line.finish(answer, found)
    found.put(None)


# what became of it -----------------------------------------------------------------------------------------------


@transaction.atomic
def _note(key: int, answer: Answer | None, now: datetime, rule: NoticeRuleRecord, spread: Spread, done: Round) -> None:
    row = Delivery.objects.select_for_update(of=("self",)).select_related("channel", "message").get(pk=key)
    row.lease_until = None
    if answer is None:
        row.state, row.tries = Delivery.State.QUEUED, row.tries - 1
        done.back += 1
    else:
        row.answer = answer.text
        _settle(row, answer, now, rule, spread, done)
    row.save(update_fields=["state", "tries", "lease_until", "answer", "sent_at", "due_at"])


def _settle(row: Delivery, answer: Answer, now: datetime, rule: NoticeRuleRecord, spread: Spread, done: Round) -> None:
    if answer.taken:
        row.state, row.sent_at = Delivery.State.SENT, now
        done.sent += 1
    elif answer.final or row.tries >= rule.tries:
        row.state = Delivery.State.FAILED
        done.failed += 1
        _tell_keepers(row, answer, now)
    else:
        row.state, row.due_at = Delivery.State.QUEUED, now + wait(rule, row.tries, spread())
        done.again += 1


def _tell_keepers(row: Delivery, answer: Answer, now: datetime) -> None:
    """Tell the system administrators, in their inbox, once a day for a channel: what fails does not go by itself."""
    channel = row.channel
    if row.message.template in {"channel-failing", "test"}:
        return
    tell(
        holders_of_role(Role.SYSTEM_ADMIN, now), "channel-failing", {"channel": channel.name, "answer": answer.text},
        link="/system/notices/?state=failed", key=f"channel:{channel.pk}:failing:{day_of(now)}", at=now,
        quietly=True,
    )  # fmt: skip


def forget_old(now: datetime) -> int:
    """Delete messages older than the pack keeps them, with their notices and deliveries; return how many."""
    old = Message.objects.filter(at__lt=now - timedelta(days=rule_at(now).keep_days))
    return (
        old.exclude(deliveries__state__in=[Delivery.State.QUEUED, Delivery.State.SENDING])
        .delete()[1]
        .get("notices.Message", 0)
    )
