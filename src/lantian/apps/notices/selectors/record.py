"""The delivery record and the channels as the administrator's page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils.translation import get_language

from lantian.apps.accounts.masking import masked
from lantian.apps.notices.models import Channel, Delivery
from lantian.apps.notices.rules import templates

RECENT = timedelta(days=7)


@dataclass(frozen=True)
class ChannelLine:
    """A channel with what became of its deliveries in the last days."""

    channel: Channel
    sent: int
    failed: int
    waiting: int
    last: datetime | None

    @property
    def lamp(self) -> str:
        """Red where something failed of late, yellow where something waits, hollow where it is off."""
        if not self.channel.active:
            return "o"
        return "r" if self.failed else "y" if self.waiting else "g"


def channel_lines(now: datetime) -> list[ChannelLine]:
    """Return the channels with their counts of the last days; two questions."""
    recent = Q(deliveries__at__gte=now - RECENT)
    state = Delivery.State
    found = Channel.objects.select_related("organisation")
    counts = found.values_list("pk").annotate(
        sent=Count("deliveries", filter=recent & Q(deliveries__state=state.SENT)),
        failed=Count("deliveries", filter=recent & Q(deliveries__state=state.FAILED)),
        waiting=Count("deliveries", filter=Q(deliveries__state__in=[state.QUEUED, state.HELD, state.SENDING])),
        last=Max("deliveries__sent_at"),
    )
    known = {key: figures for key, *figures in counts}
    return [ChannelLine(one, *known[one.pk]) for one in found]


@dataclass(frozen=True)
class DeliveryLine:
    """A delivery as the record shows it; its address in part."""

    row: Delivery
    event: str
    address: str
    lamp: str


LAMPS: Mapping[str, str] = {
    "sent": "g",
    "failed": "r",
    "queued": "y",
    "sending": "y",
    "held": "p",
    "digested": "o",
}


def delivery_lines(rows: Sequence[Delivery], now: datetime) -> list[DeliveryLine]:
    """Return deliveries as lines."""
    names = templates(now)
    english = (get_language() or "").startswith("en")

    def event(row: Delivery) -> str:
        record = names.get(row.message.template)
        return row.message.template if record is None else record.en if english else record.zh

    return [DeliveryLine(row, event(row), _masked(row), LAMPS[row.state]) for row in rows]


def _masked(row: Delivery) -> str:
    kind = {Channel.Kind.EMAIL: "email", Channel.Kind.SMS: "phone"}.get(Channel.Kind(row.channel.kind))
    return masked(row.address, kind) if kind else row.channel.host
