"""What people type: to sign in, about themselves, about people and places, about duty."""

from lantian.apps.accounts.forms.sign_in import CodeForm, PasswordForm, RulesForm, SignInForm

__all__ = ["CodeForm", "PasswordForm", "RulesForm", "SignInForm"]
