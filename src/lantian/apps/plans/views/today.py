"""The day on which the plan's pages stand (日期): today in Beijing, in replay the day looked back upon."""

from datetime import date

from lantian.apps.ui.page import PageRequest
from lantian.kernel.instants import day_of


def today(request: PageRequest) -> date:
    """Return the day of a page."""
    return day_of(request.as_of.now if request.as_of.live else request.as_of.instant)
