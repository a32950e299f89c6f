"""Hooks of the alarms: what happens after; higher parts fill them through ``project/wiring.py``."""

from collections.abc import Callable, Sequence
from typing import Any

from lantian.apps.accounts.models import Organisation
from lantian.apps.alarms.models import Alarm

after_raise: list[Callable[[Sequence[int]], None]] = []
"""Called after commit with the keys of new alarms that call for somebody: pictures, notices."""

after_hand_on: list[Callable[[Alarm, Organisation], None]] = []
"""Called inside the transaction when a person hands an alarm on: a case is opened there."""

follow_ups: list[Callable[[Alarm, Any], Sequence[tuple[str, str]]]] = []
"""Asked by the page of an alarm for what came of it, as far as a reader may see it: label and address."""
