"""Writes of the alarms: the sweep that keeps them up to what the rules find, and what people do with them."""

from lantian.apps.alarms.services.acts import acknowledge, comment, hand_on, judge, mark_seen, reopen
from lantian.apps.alarms.services.counter_evidence import (
    Attached,
    add_counter_evidence,
    answer_counter_evidence,
    file_of,
)
from lantian.apps.alarms.services.decisions import decide_rule, demote_by_policy
from lantian.apps.alarms.services.errors import AlarmError
from lantian.apps.alarms.services.pictures import take_pictures
from lantian.apps.alarms.services.sweep import sweep

__all__ = [
    "AlarmError",
    "Attached",
    "acknowledge",
    "add_counter_evidence",
    "answer_counter_evidence",
    "comment",
    "decide_rule",
    "demote_by_policy",
    "file_of",
    "hand_on",
    "judge",
    "mark_seen",
    "reopen",
    "sweep",
    "take_pictures",
]
