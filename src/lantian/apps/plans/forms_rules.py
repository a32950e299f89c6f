"""The query of the standards list."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.apps.plans.selectors.rules import Query


class StandardsForm(forms.Form):
    """What the address asks the list for; every field may be left out."""

    text = forms.CharField(required=False, max_length=80)
    table = forms.CharField(required=False, max_length=40)
    standard = forms.CharField(required=False, max_length=80)
    view = forms.CharField(required=False, max_length=20)
    on = forms.DateField(required=False, error_messages={"invalid": _("“有效日”应写作 2026-03-01，读到的不是日期。")})
    page = forms.IntegerField(required=False, min_value=1)

    @property
    def query(self) -> Query:
        """The query, without what could not be read."""
        self.is_valid()
        read = self.cleaned_data
        return Query(
            **{name: read.get(name) or "" for name in ("text", "table", "standard", "view")}, on=read.get("on")
        )

    @property
    def page_number(self) -> int:
        """The page of the list, from 1."""
        return self.cleaned_data.get("page") or 1
