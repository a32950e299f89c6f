"""What the forms of project reviews take."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Area, AreaKind
from lantian.apps.ledger.models import OffsetCredit, Pollutant, Project
from lantian.apps.ledger.services.projects import NewProject
from lantian.kernel.errors import Text
from lantian.policy.records_project import ProjectRule


class ProjectForm(forms.Form):
    """A project that is brought in for review."""

    name = forms.CharField(label=_("项目名称"), max_length=160)
    kind = forms.ChoiceField(label=_("性质"), choices=Project.Kind.choices)
    applicant = forms.CharField(label=_("建设单位"), max_length=160)
    trade_code = forms.RegexField(r"^[0-9]{2,4}$", label=_("行业代码"), help_text=_("GB/T 4754 的两至四位数字"))
    area = forms.ModelChoiceField(
        label=_("街乡"), queryset=Area.objects.filter(kind=AreaKind.STREET).defer("geometry"), empty_label=_("请选择")
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    goods = forms.ChoiceField(label=_("大宗物料"), required=False)
    goods_t = forms.FloatField(label=_("年运输量（t）"), min_value=0, required=False)
    mode = forms.ChoiceField(label=_("运输方式"), required=False, help_text=_("涉及大宗物料须填写"))

    def __init__(self, rule: ProjectRule, english: bool, data: Any = None) -> None:
        """Offer the pack's goods and ways of carrying them, and a field for each pollutant."""
        super().__init__(data, label_suffix="")
        language = "en" if english else "zh"
        for name, records in (("goods", rule.goods), ("mode", rule.modes)):
            choices = [(one.id, Text(one.zh, one.en).in_language(language)) for one in records]
            self.fields[name].choices = [("", "—"), *choices]  # type: ignore[attr-defined]
        for pollutant in Pollutant:
            said = _("新增 {pollutant}（t/a）").format(pollutant=pollutant.label)
            self.fields[pollutant.value] = forms.DecimalField(
                label=said, min_value=0, max_digits=10, decimal_places=3, required=False
            )

    @property
    def new_project(self) -> NewProject:
        """The project as the service takes it."""
        read = self.cleaned_data
        emission = {name: Decimal(read[name]) for name in Pollutant.values if read.get(name)}
        own = {name: read[name] for name in ("name", "kind", "applicant", "trade_code", "address", "goods", "mode")}
        return NewProject(**own, area=read["area"].pk, goods_t=read["goods_t"], emission=emission)


class BackForm(forms.Form):
    """A part of a closure that backs a project."""

    credit = forms.ModelChoiceField(OffsetCredit.objects.select_related("source"))
    tonnes = forms.DecimalField(label=_("用量（t）"), min_value=Decimal("0.001"), max_digits=10, decimal_places=3)


class CreditForm(forms.Form):
    """A credit that is named."""

    credit = forms.ModelChoiceField(OffsetCredit.objects.all())
