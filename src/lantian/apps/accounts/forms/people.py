"""What people type about people, posts, places and duty."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Area, AreaKind, Head, Organisation, Person, Role
from lantian.apps.accounts.services.people import DETAILS


class DayField(forms.DateField):
    """A calendar day."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class PersonForm(forms.Form):
    """A person; telephone and identity number are shown masked and stay as they are when left empty."""

    username = forms.RegexField(
        r"^[A-Za-z0-9._-]{2,64}$",
        label=_("登录名"),
        help_text=_("2—64 个字母、数字、点、横线或下划线"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )
    name_zh = forms.CharField(label=_("姓名"), max_length=120)
    name_en = forms.CharField(label=_("英文名"), max_length=160, required=False)
    phone = forms.CharField(label=_("手机号"), max_length=20, required=False)
    email = forms.EmailField(label=_("邮箱"), required=False)
    identity = forms.CharField(label=_("证件号码"), max_length=18, required=False)
    is_active = forms.BooleanField(label=_("在用"), required=False, initial=True)

    HIDDEN = ("phone", "identity")

    def for_known(self, kept: Collection[str] = ()) -> "PersonForm":
        """Return the form for a person who is stored: the name stays, and what is masked may be left empty.

        kept: masked fields that have a value; each gets a tick that clears it.
        """
        self.fields.pop("username")
        for name in self.HIDDEN:
            self.fields[name].help_text = _("留空即不改")
            if name in kept:
                said = _("清除已有的{field}").format(field=self.fields[name].label)
                self.fields[f"clear_{name}"] = forms.BooleanField(label=said, required=False)
        self.order_fields([one for name in list(self.fields) for one in (name, f"clear_{name}")])
        return self

    def clean(self) -> dict[str, Any]:
        """Refuse a new value beside the tick that clears the old one."""
        said = super().clean() or {}
        for name in self.HIDDEN:
            if said.get(name) and said.get(f"clear_{name}"):
                self.add_error(name, _("填写新值与清除只能选一项。"))
        return said

    def details(self) -> dict[str, Any]:
        """Return what was said; masked fields left empty are left out, unless they are to be cleared."""
        said = {name: value for name, value in self.cleaned_data.items() if name in DETAILS}
        stays = {name for name in self.HIDDEN if not said[name] and not self.cleaned_data.get(f"clear_{name}")}
        return {name: value for name, value in said.items() if name not in stays}


class PostForm(forms.Form):
    """A post to be given."""

    role = forms.ChoiceField(label=_("岗位"), choices=Role)
    organisation = forms.ModelChoiceField(label=_("单位"), queryset=Organisation.objects.filter(successor=None))
    area = forms.ModelChoiceField(
        label=_("区域"), queryset=Area.objects.filter(successor=None), required=False, empty_label=_("随单位")
    )
    title = forms.CharField(label=_("职务"), max_length=60, required=False)
    head = forms.ChoiceField(label=_("负责人"), choices=[("", "—"), *Head.choices], required=False)
    valid_from = DayField(label=_("任职起"), required=False)
    valid_to = DayField(label=_("任职止"), required=False)


class EndForm(forms.Form):
    """The last day of a post."""

    day = DayField(label=_("最后一日"))


class HandOverForm(EndForm):
    """A post passed on."""

    to = forms.ModelChoiceField(label=_("接任人"), queryset=Person.objects.filter(is_active=True))
    note = forms.CharField(
        label=_("交接事项"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class OrganisationForm(forms.Form):
    """An organisation of the tree."""

    code = forms.SlugField(label=_("代码"), max_length=64)
    name_zh = forms.CharField(label=_("中文名"), max_length=120)
    name_en = forms.CharField(label=_("英文名"), max_length=160, required=False)
    official_zh = forms.CharField(
        label=_("全称"), max_length=120, required=False, help_text=_("公文上的名称；空则用中文名")
    )
    official_en = forms.CharField(label=_("英文全称"), max_length=160, required=False)
    kind = forms.CharField(label=_("类别"), max_length=32, required=False)
    parent = forms.ModelChoiceField(label=_("上级单位"), queryset=Organisation.objects.all(), required=False)
    area = forms.ModelChoiceField(label=_("区域"), queryset=Area.objects.all(), required=False)
    phone = forms.CharField(label=_("电话"), max_length=40, required=False)
    valid_from = DayField(label=_("成立日期"), required=False)
    valid_to = DayField(label=_("撤销日期"), required=False)


class AreaForm(forms.Form):
    """An area of the tree."""

    code = forms.RegexField(r"^[0-9]{2,16}$", label=_("代码"), help_text=_("以上级区域的代码开头"))
    name_zh = forms.CharField(label=_("中文名"), max_length=120)
    name_en = forms.CharField(label=_("英文名"), max_length=160, required=False)
    short_zh = forms.CharField(label=_("简称"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("级别"), choices=AreaKind)
    parent = forms.ModelChoiceField(label=_("上级区域"), queryset=Area.objects.all(), required=False)
    valid_from = DayField(label=_("启用日期"), required=False)
    valid_to = DayField(label=_("停用日期"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a code that does not begin with its parent's: what lies under an area is found by its code."""
        said = super().clean() or {}
        parent = said.get("parent")
        if parent and said.get("code") and not said["code"].startswith(parent.pk):
            self.add_error("code", _("代码须以上级区域的代码开头。"))
        return said


class MergeForm(EndForm):
    """A place that goes on as another."""

    successor = forms.CharField(label=_("承继者代码"), max_length=64)


class LeaveForm(forms.Form):
    """Days on which a person is away."""

    person = forms.ModelChoiceField(label=_("人员"), queryset=Person.objects.filter(is_active=True))
    start = DayField(label=_("开始"))
    end = DayField(label=_("结束"))
    reason = forms.CharField(label=_("事由"), max_length=100, required=False)


class ShiftForm(forms.Form):
    """A turn of duty, in Beijing time."""

    person = forms.ModelChoiceField(label=_("值班人"), queryset=Person.objects.filter(is_active=True))
    start = forms.DateTimeField(label=_("开始"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    end = forms.DateTimeField(label=_("结束"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    leader = forms.BooleanField(label=_("带班领导"), required=False)


class SheetForm(forms.Form):
    """A workbook to import."""

    file = forms.FileField(
        label=_("Excel 文件"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}), max_length=200
    )
