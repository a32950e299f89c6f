"""Hooks of the inspections (挂接): what a higher part adds, joined in ``project/wiring.py``."""

from collections.abc import Callable

from lantian.apps.inspections.models import Inspection

after_record: list[Callable[[Inspection], None]] = []
"""Called inside the transaction that stores an inspection."""
