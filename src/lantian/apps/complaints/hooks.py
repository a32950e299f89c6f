"""Hooks of the complaints (挂接): what a higher part adds, joined in ``project/wiring.py``."""

from collections.abc import Callable
from datetime import datetime

from lantian.apps.complaints.models import Complaint

after_remind: list[Callable[[Complaint, datetime], None]] = []
"""Called inside the transaction when a reply is nearly due: notices."""
