"""Writes of the cases: opening, steps, evidence, penalties and sanctions, and clocks that run out."""

from lantian.apps.cases.services.acts import (
    Taken,
    comment,
    may_take,
    pause,
    resume,
    send_back,
    set_subject,
    take_step,
    transfer,
)
from lantian.apps.cases.services.alarms import attach_alarm, open_from_alarm
from lantian.apps.cases.services.clocks import escalate, recount
from lantian.apps.cases.services.errors import CaseActError, Changed, NotYours
from lantian.apps.cases.services.evidence import attach_file, content_of
from lantian.apps.cases.services.opening import NewCase, open_case
from lantian.apps.cases.services.penalties import lift, lift_due, revoke_penalty
from lantian.apps.cases.services.regroup import Split, merge, relate, reopen, split

__all__ = [
    "CaseActError",
    "Changed",
    "NewCase",
    "NotYours",
    "Split",
    "Taken",
    "attach_alarm",
    "attach_file",
    "comment",
    "content_of",
    "escalate",
    "lift",
    "lift_due",
    "may_take",
    "merge",
    "open_case",
    "open_from_alarm",
    "pause",
    "recount",
    "relate",
    "reopen",
    "resume",
    "revoke_penalty",
    "send_back",
    "set_subject",
    "split",
    "take_step",
    "transfer",
]
