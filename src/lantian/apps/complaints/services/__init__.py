"""Writes of the complaints: intake, what the desk does, protected reporters, rewards, reminders, sheets of orders."""

from lantian.apps.complaints.services.acts import (
    Doing,
    accept,
    join,
    link,
    part,
    pay,
    reclass,
    refuse,
    reply,
    visit,
)
from lantian.apps.complaints.services.clients import client_of, make_client, revoke_client
from lantian.apps.complaints.services.errors import Changed, ComplaintError, SealError
from lantian.apps.complaints.services.following import follow
from lantian.apps.complaints.services.intake import NewComplaint, take_in
from lantian.apps.complaints.services.orders import check_orders, drop_orders, run_orders
from lantian.apps.complaints.services.reminders import remind
from lantian.apps.complaints.services.reporters import read_reporter, rotate_keys

__all__ = [
    "Changed",
    "ComplaintError",
    "Doing",
    "NewComplaint",
    "SealError",
    "accept",
    "check_orders",
    "client_of",
    "drop_orders",
    "follow",
    "join",
    "link",
    "make_client",
    "part",
    "pay",
    "read_reporter",
    "reclass",
    "refuse",
    "remind",
    "reply",
    "revoke_client",
    "rotate_keys",
    "run_orders",
    "take_in",
    "visit",
]
