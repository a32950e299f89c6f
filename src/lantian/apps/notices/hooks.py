"""Hooks of the notices (挂接): joined in ``project/wiring.py``."""

from collections.abc import Callable
from datetime import datetime

watchers: list[Callable[[datetime], object]] = []
"""Asked every minute to tell what has come up since they last looked: due dates, delays, alarms, expiries."""
