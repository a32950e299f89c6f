"""WhiteNoise as the pages use it, with the list of static files read from the disk once in a process."""

from collections.abc import Callable
from copy import copy
from functools import cache
from typing import Any

from django.utils.module_loading import import_string


@cache
def _first() -> Any:
    return import_string("whitenoise.middleware.WhiteNoiseMiddleware")()


def whitenoise(get_response: Callable[..., Any]) -> Any:
    """Every test client makes its middleware anew; this one is a copy of the first."""
    made = copy(_first())
    made.get_response = get_response
    return made
