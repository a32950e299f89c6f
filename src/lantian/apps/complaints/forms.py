"""What the addresses, forms and messages of the complaints may ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.cases.models import Case
from lantian.apps.complaints.models import Complaint
from lantian.apps.complaints.selectors.listing import VIEWS, ComplaintQuery
from lantian.apps.complaints.services.intake import LONGEST
from lantian.apps.complaints.services.photos import LARGEST, MOST
from lantian.apps.ledger.models import Source

SHEET = 20 * 2**20
"""Bytes that a sheet of orders may have."""


class QueueForm(forms.Form):
    """Tab, filters and page of the queue; every field may be left out."""

    view = forms.ChoiceField(required=False, choices=[(name, name) for name in VIEWS])
    text = forms.CharField(required=False, max_length=40)
    channel = forms.CharField(required=False, max_length=20)
    topic = forms.CharField(required=False, max_length=40)
    area = forms.CharField(required=False, max_length=12)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    @property
    def query(self) -> ComplaintQuery:
        """The query; what cannot be read is left out."""
        self.is_valid()
        return ComplaintQuery(**{name: value for name, value in self.cleaned_data.items() if value})


class ManyFiles(forms.ClearableFileInput):
    """A field of several files."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photos, none too large; what they really are is asked of their content."""

    widget = ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Refuse too many, and too large ones before they are read whole."""
        files = [super(PhotosField, self).clean(one, initial) for one in data or []]
        if len(files) > MOST:
            raise forms.ValidationError(_("至多 %(most)s 张照片。"), params={"most": MOST})
        if any(one.size > LARGEST for one in files):
            raise forms.ValidationError(_("每张照片不得大于 10 MB。"))
        return files


class PublicForm(forms.Form):
    """A complaint by the public; website is for machines, which fill in every field."""

    text = forms.CharField(max_length=LONGEST, label=_("您看到或闻到了什么"), widget=forms.Textarea(attrs={"rows": 5}))
    topic = forms.ChoiceField(required=False, label=_("属于哪一类"))
    place = forms.CharField(required=False, max_length=200, label=_("在哪里"))
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    happened_at = forms.DateTimeField(
        required=False, label=_("什么时候"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    photos = PhotosField(required=False, label=_("现场照片"))
    name = forms.CharField(required=False, max_length=60, label=_("姓名"))
    phone = forms.CharField(required=False, max_length=20, label=_("联系电话"))
    wants_reward = forms.BooleanField(required=False, label=_("查证属实后申请奖励（须留姓名和电话）"))
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, topics: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", _("不清楚，由我们判断")), *topics]  # type: ignore[attr-defined]

    def clean_website(self) -> str:
        """Refuse what only a machine fills in."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("请不要填写此栏。"))
        return ""

    def clean(self) -> dict[str, Any]:
        """Ask for a place, in words or on the map, and for a name where a reward is asked for."""
        read = super().clean() or {}
        if not read.get("place") and read.get("longitude") is None:
            self.add_error("place", _("请写明地点，或在图上点选。"))
        if read.get("wants_reward") and not (read.get("name") and read.get("phone")):
            self.add_error("wants_reward", _("申请奖励须留姓名和电话。"))
        return read


class CodeForm(forms.Form):
    """A receipt code."""

    code = forms.CharField(max_length=40, label=_("查询码"))


class VisitForm(forms.Form):
    """What the complainant thinks of the reply."""

    found = forms.CharField(max_length=40)
    text = forms.CharField(required=False, max_length=500)


class ActForm(forms.Form):
    """An act on a complaint, with the version that the page showed."""

    version = forms.IntegerField(min_value=1)


class AcceptForm(ActForm):
    """Who checks it, and which entry of the ledgers it is about."""

    handler = forms.ModelChoiceField(Organisation.objects.exclude(kind="enterprise"), required=False)
    code = forms.CharField(required=False, max_length=60, label=_("台账编码"))

    def clean_code(self) -> Source | None:
        """Find the entry, if one is named."""
        code = self.cleaned_data["code"].strip()
        found = Source.objects.current().filter(code=code).first() if code else None
        if code and found is None:
            raise forms.ValidationError(_("台账中没有这个编码。"))
        return found


class LinkForm(ActForm):
    """An open case that the reader may see, by its number or address."""

    case = forms.CharField(max_length=60, label=_("案号"))

    def __init__(self, *args: Any, person: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_case(self) -> Case:
        """Find the case."""
        said = self.cleaned_data["case"].strip()
        visible = Case.objects.visible_to(self.person)
        found = visible.filter(number=said).first() or visible.filter(slug=said).first()
        if found is None:
            raise forms.ValidationError(_("没有这个案号，或不在您的范围内。"))
        return found


class JoinForm(ActForm):
    """An earlier complaint that the reader may see, by its number."""

    earlier = forms.CharField(max_length=20, label=_("投诉编号"))

    def __init__(self, *args: Any, person: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_earlier(self) -> Complaint:
        """Find the complaint."""
        said = self.cleaned_data["earlier"].strip().upper()
        found = Complaint.objects.visible_to(self.person).filter(number=said).first()
        if found is None:
            raise forms.ValidationError(_("没有这个投诉编号，或不在您的范围内。"))
        return found


class PartForm(ActForm):
    """A suggestion that is none."""

    suggestion = forms.IntegerField(min_value=1)


class ReasonForm(ActForm):
    """Why."""

    reason = forms.CharField(max_length=500, label=_("理由"))


class ClassForm(ReasonForm):
    """Another topic or class of times."""

    topic = forms.CharField(max_length=40)
    time_class = forms.CharField(max_length=20)


class ReplyForm(ActForm):
    """The reply that the complainant reads."""

    text = forms.CharField(max_length=1000, label=_("答复内容"))


class VisitedForm(ActForm, VisitForm):
    """What a call back found."""


class PayForm(ActForm):
    """The paper of a payment."""

    receipt = forms.CharField(max_length=60, label=_("凭证号"))


class ReadReporterForm(forms.Form):
    """Why somebody has to see who reported."""

    reason = forms.CharField(max_length=200, label=_("查看理由"))


class DeskForm(forms.Form):
    """A complaint that the desk enters: from new media, supervisors, or by telephone."""

    channel = forms.ChoiceField(label=_("渠道"))
    order_number = forms.CharField(required=False, max_length=60, label=_("工单号"))
    topic = forms.ChoiceField(required=False, label=_("类别"))
    text = forms.CharField(max_length=LONGEST, label=_("内容"), widget=forms.Textarea(attrs={"rows": 5}))
    place = forms.CharField(max_length=200, label=_("地点"))
    name = forms.CharField(required=False, max_length=60, label=_("姓名"))
    phone = forms.CharField(required=False, max_length=20, label=_("联系电话"))
    wants_reward = forms.BooleanField(required=False, label=_("申请奖励"))

    def __init__(
        self, *args: Any, topics: list[tuple[str, str]], channels: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [("", _("按内容判断")), *topics]  # type: ignore[attr-defined]
        self.fields["channel"].choices = channels  # type: ignore[attr-defined]


class OrdersForm(forms.Form):
    """A sheet of orders of one hotline."""

    channel = forms.CharField(max_length=20, label=_("渠道"))
    file = forms.FileField(label=_("工单表"), max_length=200)

    def clean_file(self) -> Any:
        """Refuse a file before it is read whole."""
        file = self.cleaned_data["file"]
        if file.size > SHEET:
            raise forms.ValidationError(_("工单表不得大于 20 MB。"))
        return file


class ClientForm(forms.Form):
    """A hotline's system."""

    name = forms.CharField(max_length=80, label=_("名称"))
    channel = forms.CharField(max_length=20, label=_("渠道"))
