"""What people type to sign in and to keep their sign-in safe."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Role, SecurityRules

if TYPE_CHECKING:
    RulesFormBase = forms.ModelForm[SecurityRules]
else:  # Django's classes take no type arguments at run time
    RulesFormBase = forms.ModelForm


class SignInForm(forms.Form):
    """Name and password."""

    username = forms.CharField(
        label=_("登录名"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("口令"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """A code of the second factor, or a recovery code."""

    code = forms.CharField(
        label=_("动态口令或恢复码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "none"}),
    )


class PasswordForm(forms.Form):
    """A new password, typed twice."""

    current = forms.CharField(
        label=_("当前口令"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label=_("新口令"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("再输一遍新口令"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two that differ."""
        said = super().clean() or {}
        if said.get("new") != said.get("again"):
            self.add_error("again", _("两次输入的新口令不同。"))
        return said


class RulesForm(RulesFormBase):
    """The security administrator's rules."""

    factor_roles = forms.MultipleChoiceField(
        label=_("必须启用动态口令的岗位"), choices=Role, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = SecurityRules
        fields: ClassVar = (
            "min_length",
            "classes",
            "remember",
            "max_age_days",
            "idle_minutes",
            "sessions",
            "failures",
            "lock_minutes",
            "factor_roles",
        )
