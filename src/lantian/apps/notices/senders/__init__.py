"""What speaks to receivers (发送): no database here, so that each may run in a thread of its own."""

from lantian.apps.notices.senders.outgoing import Answer, Outgoing
from lantian.apps.notices.senders.sending import send

__all__ = ["Answer", "Outgoing", "send"]
