"""Days that people type (日期): the years that can be meant, and the field that refuses the others as a slip."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 1990, 2200
"""Years of days and instants that are asked for; beyond them nothing was recorded, and clocks cannot be reckoned."""


class BoundedDayField(forms.DateField):
    """A calendar day of a year that can be meant."""

    def to_python(self, value: Any) -> date | None:
        """Read the day; raises ValidationError for what is no day, and for a year that is a slip of the pen."""
        found = super().to_python(value)
        if found is not None and not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise forms.ValidationError(
                _("年份应在 %(first)s 至 %(last)s 之间。") % {"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        return found
