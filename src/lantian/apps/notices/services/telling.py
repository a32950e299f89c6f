"""Tell people of an event (告知): the inbox and what is to be sent outside, in the transaction of the event itself.

Called twice with a key it tells nobody twice: the key stands in the database with what was told.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import Person
from lantian.apps.notices.models import PERSONAL, Channel, Delivery, Language, Message, Notice, Preference, Wanted
from lantian.apps.notices.rules import rule_at, template
from lantian.apps.notices.schedule import Quiet, Turn, turn
from lantian.kernel.errors import Text
from lantian.policy.records_notice import NoticeRuleRecord, filled

People = Person | Iterable[Person]
Context = Mapping[str, Any]
"""Values of a text's fields: a Text, or anything that reads the same in both languages."""

SEVERAL = "-many"
"""How the name of a text ends that stands for several events of one kind."""
_TITLE = 300


@dataclass(frozen=True)
class Event:
    """One of several events that may be told together."""

    context: Context
    link: str
    key: str
    urgent: bool = False


@transaction.atomic
def tell(
    people: People, template: str, context: Context, *, link: str, key: str, at: datetime, urgent: bool = False,
    organisations: Sequence[str] = (), quietly: bool = False,
) -> Message:  # fmt: skip
    """Put a message in people's inboxes and queue what goes out to them and to the robots of organisations.

    link: the path of the page that it is about. organisations: whose robots are told, beside those of the district.
    quietly: nothing goes out.
    """
    message = _message(template, context, link, key, at, urgent)
    wanted = {one.pk: one for one in ([people] if isinstance(people, Person) else people)}
    known = set(message.notices.filter(person__in=wanted).values_list("person", flat=True)) if wanted else set()
    fresh = [person for pk, person in wanted.items() if pk not in known]
    Notice.objects.bulk_create(
        [Notice(message=message, person=person, at=at) for person in fresh], ignore_conflicts=True
    )
    if not quietly:
        _queue(message, fresh, organisations, at)
    return message


def tell_each(
    people: Sequence[Person], template: str, events: Iterable[Event], count: int, *, many: Event, many_template: str,
    at: datetime, organisations: Sequence[str] = (),
) -> None:  # fmt: skip
    """Tell of events one by one, or of all in one message where there are more than the pack wants told singly.

    events: read only where they are told singly.
    """
    if count > rule_at(at).each_up_to:
        events, template = [many], many_template
    for one in events:
        tell(
            people, template, one.context, link=one.link, key=one.key, at=at, urgent=one.urgent,
            organisations=organisations,
        )  # fmt: skip


def key_of(*parts: object) -> str:
    """Return a key made of many parts, short enough to be stored.

    >>> len(key_of("alarms", *range(1000))) < 160
    True
    """
    whole = ":".join(map(str, parts))
    return whole if len(whole) <= 120 else f"{parts[0]}:{hashlib.sha256(whole.encode()).hexdigest()}"


def _message(name: str, context: Context, link: str, key: str, at: datetime, urgent: bool) -> Message:
    record = template(name, at)
    texts = {which: _values(context, which) for which in ("zh", "en")}
    words = {
        "title_zh": filled(record.title.zh, texts["zh"])[:_TITLE],
        "title_en": filled(record.title.en, texts["en"])[:_TITLE],
        "text_zh": filled(record.text.zh, texts["zh"]),
        "text_en": filled(record.text.en, texts["en"]),
    }
    given = {"template": name, "link": link, "urgent": urgent or record.urgent, "at": at, **words}
    return Message.objects.get_or_create(key=key, defaults=given)[0]


def _values(context: Context, language: str) -> dict[str, str]:
    return {
        name: value.in_language(language) if isinstance(value, Text) else str(value) for name, value in context.items()
    }


# outside ---------------------------------------------------------------------------------------------------------


@dataclass
class _Queue:
    """Deliveries of one message as they are made up."""

    message: Message
    at: datetime
    rule: NoticeRuleRecord
    rows: list[Delivery] = field(default_factory=list)

    def add(self, channel: Channel, when: Turn, language: str, person: Person | None = None, address: str = "") -> None:
        held = when.at > self.at
        self.rows.append(
            Delivery(
                message=self.message, channel=channel, person=person, address=address, language=language,
                state=Delivery.State.HELD if held else Delivery.State.QUEUED, digest=when.digest,
                urgent=self.message.urgent, due_at=when.at, at=self.at,
            )
        )  # fmt: skip


def _queue(message: Message, people: Sequence[Person], organisations: Sequence[str], at: datetime) -> None:
    channels = list(Channel.objects.in_use())
    if not channels:
        return
    queue = _Queue(message, at, rule_at(at))
    personal = {kind: next((one for one in channels if one.kind == kind), None) for kind in PERSONAL}
    if any(personal.values()):
        chosen = Preference.objects.in_bulk([person.pk for person in people])
        for person in people:
            _to_person(queue, person, chosen.get(person.pk), personal)
    for channel in channels:
        if channel.kind not in PERSONAL and _concerns(channel, message, organisations):
            _to_group(queue, channel)
    Delivery.objects.bulk_create(queue.rows, ignore_conflicts=True)


def _to_person(
    queue: _Queue, person: Person, chosen: Preference | None, channels: Mapping[Channel.Kind, Channel | None]
) -> None:
    rule, message = queue.rule, queue.message
    chosen = chosen or default_preference(person, rule)
    when = turn(
        queue.at, urgent=message.urgent, quiet=quiet_of(chosen, rule), digest=chosen.digest, digest_at=rule.digest_at
    )
    for kind, address, wanted in (
        (Channel.Kind.EMAIL, person.email, chosen.email),
        (Channel.Kind.SMS, person.phone, chosen.sms),
    ):
        channel = channels.get(kind)
        if channel and address and (wanted == Wanted.ALL or (wanted == Wanted.URGENT and message.urgent)):
            queue.add(channel, when, chosen.language, person, address)


def default_preference(person: Person, rule: NoticeRuleRecord) -> Preference:
    """Return what holds for a person who chose nothing."""
    return Preference(person=person, email=rule.email, sms=rule.sms)


def quiet_of(chosen: Preference, rule: NoticeRuleRecord) -> Quiet:
    """Return a person's hours of rest: their own, else the pack's."""
    if chosen.quiet_from is None or chosen.quiet_to is None:
        return Quiet(rule.quiet_from, rule.quiet_to)
    return Quiet(chosen.quiet_from, chosen.quiet_to)


def _concerns(channel: Channel, message: Message, organisations: Sequence[str]) -> bool:
    if channel.organisation_id and channel.organisation_id not in organisations:
        return False
    if channel.urgent_only and not message.urgent:
        return False
    return not channel.templates or message.template.removesuffix(SEVERAL) in channel.templates


def _to_group(queue: _Queue, channel: Channel) -> None:
    rule = queue.rule
    when = turn(
        queue.at, urgent=queue.message.urgent, quiet=Quiet(rule.quiet_from, rule.quiet_to), digest="each",
        digest_at=rule.digest_at,
    )  # fmt: skip
    queue.add(channel, when, channel.language or Language.ZH)
