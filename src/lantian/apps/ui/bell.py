"""The bell in the bar (通知铃): how many notices the reader has not read; filled in ``project/wiring.py``."""

from collections.abc import Callable

from django.http import HttpRequest

INBOX = "/notices/"


def _nothing(request: HttpRequest) -> int:
    return 0


unread: list[Callable[[HttpRequest], int]] = [_nothing]
"""Hook: how many notices a reader has not read; the last one answers. Asked only when the bar is drawn."""
