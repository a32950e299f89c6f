"""Keep the ways out (渠道): who may reach whom, by secrets that are written and never shown; and test them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from lantian.apps.accounts.models import Organisation, Person
from lantian.apps.audit.services import record
from lantian.apps.notices.models import PERSONAL, Channel, Delivery, Language
from lantian.apps.notices.rules import channel_kind, rule_at
from lantian.apps.notices.sealing import SealBroken, seal, unseal
from lantian.apps.notices.senders import Answer, send
from lantian.apps.notices.senders.calls import pairs, read_json
from lantian.apps.notices.senders.guard import read_url
from lantian.apps.notices.senders.sending import named_hosts
from lantian.apps.notices.services.delivering import Send, outgoing
from lantian.apps.notices.services.telling import tell
from lantian.kernel.errors import LantianError, Text


class ChannelRefused(LantianError):
    """Settings with which nothing can be sent."""


@dataclass(frozen=True)
class ChannelValues:
    """What a channel is set to. secrets: those that were written; an empty one leaves what stands."""

    name: str
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    organisation: Organisation | None = None
    language: str = Language.ZH
    urgent_only: bool = False
    templates: tuple[str, ...] = ()
    active: bool = True


@transaction.atomic
def save_channel(channel: Channel, values: ChannelValues, *, by: Person, at: datetime) -> Channel:
    """Store a channel, new or old; raises ChannelRefused, Refused or BadChannel. The audit log names no secret."""
    kept = _kept_secrets(channel) | {name: value.strip() for name, value in values.secrets.items() if value.strip()}
    channel.host = _checked(channel.kind, values.options, kept, at)
    if channel.pk and channel.active and not values.active:
        _stop_queue(channel)
    channel.name, channel.organisation = values.name.strip(), values.organisation
    channel.options, channel.secrets = dict(values.options), seal(kept)
    channel.language, channel.urgent_only = values.language, values.urgent_only
    channel.templates, channel.active = list(values.templates), values.active
    channel.changed_at, channel.changed_by = at, by
    channel.save()
    written = sorted(name for name, one in values.secrets.items() if one)
    detail = {
        "kind": channel.kind, "name": channel.name, "host": channel.host, "active": channel.active,
        "organisation": channel.organisation_id or "", "secrets": written,
    }  # fmt: skip
    record("channel.saved", subject=channel, actor=by, at=at, detail=detail)
    return channel


def _kept_secrets(channel: Channel) -> dict[str, str]:
    try:
        return unseal(channel.secrets)
    except SealBroken:
        return {}


def _stop_queue(channel: Channel) -> None:
    """What waits for a channel that is switched off is not sent when it is switched on again."""
    channel.deliveries.waiting().update(state=Delivery.State.FAILED, answer="—")


def _checked(kind: str, options: Mapping[str, str], secrets: Mapping[str, str], at: datetime) -> str:
    """Return the host that a channel sends to; raises what stands against it."""
    if kind == Channel.Kind.EMAIL:
        return f"{options['host']}:{options['port']}"
    if not secrets.get("url"):
        raise ChannelRefused(Text("请填写地址。", "Write the address."))
    parts = read_url(secrets["url"], named=named_hosts(), vendor=channel_kind(kind, at).hosts)
    if kind == Channel.Kind.SMS:
        _check_gateway(options)
    return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""


def _check_gateway(options: Mapping[str, str]) -> None:
    pairs(options.get("headers", ""), ":")
    body = options.get("body", "")
    pairs(body, "=") if options.get("body_kind") == "form" else read_json(body)
    if "{phone}" not in body or "{text}" not in body:
        raise ChannelRefused(Text("正文模板须含 {phone} 和 {text}。", "The body's template needs {phone} and {text}."))


def try_channel(channel: Channel, address: str, *, by: Person, at: datetime, send: Send = send) -> Answer:
    """Send a test message and return what the receiver said; it stands in the delivery record."""
    if channel.kind in PERSONAL and not address.strip():
        raise ChannelRefused(Text("请填写测试地址。", "Write an address for the test."))
    row = _test_row(channel, address.strip() if channel.kind in PERSONAL else "", by, at)
    answer = send(outgoing(row, channel, at), rule_at(at).timeout_s)
    row.state = Delivery.State.SENT if answer.taken else Delivery.State.FAILED
    row.answer, row.sent_at, row.lease_until = answer.text, at if answer.taken else None, None
    row.save()
    record("channel.tested", subject=channel, actor=by, at=at, detail={"taken": answer.taken, "answer": answer.text})
    return answer


def _test_row(channel: Channel, address: str, by: Person, at: datetime) -> Delivery:
    """The test's row, given up already: a crash in the middle leaves no message that goes out by itself."""
    key = f"test:{channel.pk}:{by.pk}:{at.isoformat()}"
    message = tell([], "test", {"channel": channel.name}, link="/system/notices/", key=key, at=at, quietly=True)
    return Delivery.objects.create(
        message=message, channel=channel, person=by, address=address, language=channel.language,
        state=Delivery.State.FAILED, tries=1, due_at=at, at=at,
    )  # fmt: skip


@transaction.atomic
def send_again(row: Delivery, *, by: Any, at: datetime) -> Delivery:
    """Queue a failed delivery once more, as if it had not been tried."""
    held = Delivery.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if held.state != Delivery.State.FAILED:
        raise ChannelRefused(Text("只有发送失败的才能重发。", "Only a failed delivery can be sent again."))
    held.state, held.tries, held.due_at, held.answer = Delivery.State.QUEUED, 0, at, ""
    held.save(update_fields=["state", "tries", "due_at", "answer"])
    record("delivery.queued-again", subject=held, actor=by, at=at, detail={"channel": held.channel_id})
    return held
