"""What the audit administrator asks for."""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Asked:
    """Which entries: by sign-in name, verb, object and days (both included), Beijing time."""

    person: str = ""
    verb: str = ""
    subject: str = ""
    start: date | None = None
    end: date | None = None
    before: int | None = None


class EntriesForm(forms.Form):
    """The query bar; what is no day or number is as if it were not there."""

    person = forms.CharField(label=_("登录名"), max_length=64, required=False)
    verb = forms.CharField(label=_("动作"), max_length=64, required=False)
    subject = forms.CharField(label=_("对象"), max_length=193, required=False)
    start = forms.DateField(label=_("自"), required=False)
    end = forms.DateField(label=_("至"), required=False)
    before = forms.IntegerField(required=False, min_value=1)

    @property
    def asked(self) -> Asked:
        """The question."""
        self.is_valid()
        return Asked(**{name: value for name, value in self.cleaned_data.items() if value})
