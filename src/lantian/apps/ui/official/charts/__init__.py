"""Charts for paper (图): drawn as SVG from plain numbers, the same bytes each time, told apart also in a grey copy."""

from lantian.apps.ui.official.charts.bars import Bar, Bars, Group, Groups, bar_chart, group_chart
from lantian.apps.ui.official.charts.calendar import CalendarDay, calendar_chart
from lantian.apps.ui.official.charts.lines import Line, Lines, line_chart
from lantian.apps.ui.official.charts.stacked import Part, Stack, Stacks, stacked_chart

__all__ = [
    "Bar",
    "Bars",
    "CalendarDay",
    "Group",
    "Groups",
    "Line",
    "Lines",
    "Part",
    "Stack",
    "Stacks",
    "bar_chart",
    "calendar_chart",
    "group_chart",
    "line_chart",
    "stacked_chart",
]
