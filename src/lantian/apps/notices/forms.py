"""What people type about channels and about how they want to be told."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.notices.models import PERSONAL, Channel, Language, Preference, Wanted
from lantian.apps.notices.services.channels import ChannelValues
from lantian.apps.notices.services.telling import SEVERAL
from lantian.policy.records_notice import NoticeTemplateRecord

_KEPT = _("已保存，留空即不改；保存后不再显示")


REQUIRED = frozenset({"url"})
"""Secrets without which a channel cannot be."""


NOT_CHOSEN = frozenset({"digest", "test", "channel-failing"})
"""Texts that no robot chooses: they go where they are meant to go."""


class SecretField(forms.CharField):
    """A secret: written, never shown."""

    def __init__(self, **options: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False)
        super().__init__(required=False, max_length=600, widget=widget, **options)


class ChannelForm(forms.Form):
    """A channel; its kind says which fields it has."""

    OPTIONS: tuple[str, ...] = ()
    SECRETS: tuple[str, ...] = ("url",)

    name = forms.CharField(label=_("渠道名称"), max_length=80)
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    @classmethod
    def shown(cls, channel: Channel, said: Any, records: dict[str, NoticeTemplateRecord]) -> "ChannelForm":
        """Return the form of a channel, with what stands but no secret."""
        own = ("name", "organisation", "language", "urgent_only", "templates", "active")
        stands = {name: getattr(channel, name) for name in own} if channel.pk else {}
        form = cls(said or None, initial={**stands, **channel.options}, label_suffix="")
        if "templates" in form.fields:
            english = (get_language() or "").startswith("en")
            form.fields["templates"].choices = [  # type: ignore[attr-defined]
                (one.id, one.en if english else one.zh)
                for one in records.values()
                if one.id not in NOT_CHOSEN and not one.id.endswith(SEVERAL)
            ]
        for secret in cls.SECRETS:
            if channel.pk:
                form.fields[secret].help_text = _KEPT
            elif secret in REQUIRED:
                form.fields[secret].required = True
        form.order_fields([name for name in form.fields if name != "active"])
        return form

    def values(self) -> ChannelValues:
        """Return what was said."""
        said = self.cleaned_data
        return ChannelValues(
            name=said["name"],
            options={name: str(said.get(name) or "") for name in self.OPTIONS},
            secrets={name: said.get(name) or "" for name in self.SECRETS},
            organisation=said.get("organisation"),
            language=said.get("language") or Language.ZH,
            urgent_only=said.get("urgent_only", False),
            templates=tuple(said.get("templates") or ()),
            active=said["active"],
        )


class EmailChannelForm(ChannelForm):
    """A mail server."""

    OPTIONS = ("host", "port", "security", "username", "sender")
    SECRETS = ("password",)

    host = forms.CharField(label=_("邮件服务器"), max_length=200)
    port = forms.IntegerField(label=_("端口"), min_value=1, max_value=65535, initial=465)
    security = forms.ChoiceField(
        label=_("加密"), choices=[("tls", "SSL/TLS"), ("starttls", "STARTTLS"), ("", _("不加密"))], required=False,
        initial="tls",
    )  # fmt: skip
    sender = forms.EmailField(label=_("发件地址"))
    username = forms.CharField(label=_("用户名"), max_length=200, required=False)
    password = SecretField(label=_("口令"))


class GroupChannelForm(ChannelForm):
    """A robot or a webhook."""

    SECRETS: tuple[str, ...] = ("url", "secret")

    url = SecretField(label=_("接口地址"), help_text=_("机器人的完整 Webhook 地址，含密钥"))
    secret = SecretField(label=_("签名密钥"))
    organisation = forms.ModelChoiceField(
        label=_("所属单位"), queryset=Organisation.objects.filter(successor=None), required=False,
        empty_label=_("全区（所有单位的消息）"),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("语言"), choices=Language)
    urgent_only = forms.BooleanField(label=_("仅紧急消息"), required=False)
    templates = forms.MultipleChoiceField(
        label=_("事件（不选为全部）"), required=False, widget=forms.CheckboxSelectMultiple
    )


class WecomChannelForm(GroupChannelForm):
    """A WeCom robot: it is not signed."""

    SECRETS: tuple[str, ...] = ("url",)
    secret = None  # type: ignore[assignment]


class SmsChannelForm(ChannelForm):
    """An SMS gateway by HTTP: how it is called and which answer means that it took the message."""

    OPTIONS = ("method", "body_kind", "headers", "body", "expect_at", "expect")
    SECRETS = ("url", "secret")

    url = SecretField(label=_("接口地址"))
    secret = SecretField(label=_("密钥"), help_text=_("在请求头或正文中写作 {secret}"))
    method = forms.ChoiceField(label=_("方法"), choices=[("POST", "POST"), ("PUT", "PUT")])
    body_kind = forms.ChoiceField(label=_("正文格式"), choices=[("json", "JSON"), ("form", _("表单"))])
    headers = forms.CharField(
        label=_("请求头"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("每行一项：名称: 值")
    )
    body = forms.CharField(
        label=_("正文模板"),
        widget=forms.Textarea(attrs={"rows": 5}),
        initial='{"mobile": "{phone}", "content": "{text}", "key": "{secret}"}',
        help_text=_("可用 {phone}、{text}、{id}、{time}、{secret}；表单每行一项：名称=值"),
    )
    expect_at = forms.CharField(
        label=_("答复中的位置"), required=False, max_length=80, help_text=_("如 code；留空时 HTTP 2xx 即为成功")
    )
    expect = forms.CharField(label=_("成功时的值"), required=False, max_length=80)


FORMS: dict[str, type[ChannelForm]] = {
    Channel.Kind.EMAIL: EmailChannelForm,
    Channel.Kind.SMS: SmsChannelForm,
    Channel.Kind.WECOM: WecomChannelForm,
    Channel.Kind.DINGTALK: GroupChannelForm,
    Channel.Kind.FEISHU: GroupChannelForm,
    Channel.Kind.WEBHOOK: GroupChannelForm,
}


class TryForm(forms.Form):
    """Where a test goes."""

    address = forms.CharField(max_length=254, required=False)

    @staticmethod
    def label_of(channel: Channel) -> Any:
        """Say which address a test needs; nothing for a group."""
        if channel.kind not in PERSONAL:
            return ""
        return _("测试邮箱") if channel.kind == Channel.Kind.EMAIL else _("测试手机号")


class TimeOfDayField(forms.TimeField):
    """A time of the day."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), required=False, **options)


class PreferenceForm(forms.Form):
    """How somebody wants to be told."""

    email = forms.ChoiceField(label=_("电子邮件"), choices=Wanted)
    sms = forms.ChoiceField(label=_("短信"), choices=Wanted)
    digest = forms.ChoiceField(label=_("发送方式"), choices=Preference.Digest)
    language = forms.ChoiceField(label=_("语言"), choices=Language)
    quiet_from = TimeOfDayField(label=_("免打扰起"))
    quiet_to = TimeOfDayField(label=_("免打扰止"))

    def clean(self) -> dict[str, Any]:
        """Refuse half a time of rest."""
        said = super().clean() or {}
        if (said.get("quiet_from") is None) != (said.get("quiet_to") is None):
            self.add_error("quiet_to", _("免打扰起止须同时填写或同时留空。"))
        return said
