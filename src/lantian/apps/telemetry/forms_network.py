"""What the addresses and forms of the monitoring network may ask."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.apps.accounts.models import Organisation
from lantian.apps.telemetry.models import Device, MaintenanceWindow, Point
from lantian.apps.telemetry.network import Standing, kinds
from lantian.apps.telemetry.pages.board import GROUPS, SPANS, BoardQuery
from lantian.apps.telemetry.pages.devices import DevicesQuery
from lantian.apps.telemetry.services import Course, NewChannel, NewDevice, NewWindow, read_line
from lantian.kernel.instants import BEIJING
from lantian.protocols.hj212.faults import TOLERABLE


class DevicesForm(forms.Form):
    """Filters, order and page of the list of devices; every field may be left out."""

    text = forms.CharField(required=False, max_length=40)
    kind = forms.CharField(required=False, max_length=20)
    state = forms.ChoiceField(required=False, choices=[("", ""), *((one.value, one.value) for one in Standing)])
    owner = forms.CharField(required=False, max_length=120)
    maintainer = forms.CharField(required=False, max_length=120)
    sort = forms.CharField(required=False, max_length=20)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    @property
    def query(self) -> DevicesQuery:
        """The query; what cannot be read is left out."""
        self.is_valid()
        read = {name: self.cleaned_data.get(name) or "" for name in ("text", "kind", "state", "owner", "maintainer")}
        return DevicesQuery(**read, sort=self.cleaned_data.get("sort") or "", page=self.cleaned_data.get("page") or 1)


class BoardForm(forms.Form):
    """Grouping, span, filters and order of the link board."""

    group = forms.ChoiceField(required=False, choices=[(name, name) for name, _label in GROUPS])
    span = forms.ChoiceField(required=False, choices=[(name, name) for name in SPANS])
    kind = forms.CharField(required=False, max_length=20)
    state = forms.ChoiceField(required=False, choices=[("", ""), ("online", "online"), ("offline", "offline")])
    text = forms.CharField(required=False, max_length=40)
    maintainer = forms.CharField(required=False, max_length=120)
    sort = forms.CharField(required=False, max_length=20)

    @property
    def query(self) -> BoardQuery:
        """The query; what cannot be read falls back to the board's own choice."""
        self.is_valid()
        return BoardQuery(**{name: value for name, value in self.cleaned_data.items() if value})


class ViewForm(forms.Form):
    """Tab, factor, span in hours and day of a point's or device's page."""

    view = forms.CharField(required=False, max_length=12)
    factor = forms.CharField(required=False, max_length=20)
    hours = forms.TypedChoiceField(
        required=False, choices=[("24", "24"), ("72", "72"), ("168", "168")], coerce=int, empty_value=None
    )
    day = forms.DateField(required=False)

    def chosen(self, tabs: Any) -> tuple[str, str, int, date | None]:
        """Return tab, factor, hours and day; what cannot be read falls back to the page's own choice."""
        self.is_valid()
        read = self.cleaned_data
        names = [name for name, _label in tabs]
        view = read.get("view") or names[0]
        return view if view in names else names[0], read.get("factor") or "", read.get("hours") or 24, read.get("day")


class DeviceForm(forms.Form):
    """A device to register or to adopt, with the point it stands for, known or new."""

    kind = forms.ChoiceField(error_messages={"required": _("请选择类别。")})
    id = forms.CharField(max_length=64, error_messages={"required": _("请填写设备编号。")})
    name_zh = forms.CharField(max_length=100, error_messages={"required": _("请填写设备名称。")})
    name_en = forms.CharField(required=False, max_length=100)
    key = forms.CharField(max_length=40, error_messages={"required": _("请填写设备标识。")})
    secret = forms.CharField(required=False, max_length=64)
    point = forms.CharField(required=False, max_length=64)
    area = forms.CharField(required=False, max_length=12)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    networks = forms.CharField(required=False, max_length=400)
    tolerated = forms.MultipleChoiceField(required=False, choices=[(fault.value, fault.value) for fault in TOLERABLE])
    interval_s = forms.IntegerField(required=False, min_value=1, max_value=86_400)
    owner = forms.ModelChoiceField(Organisation.objects.all(), required=False)
    maintainer = forms.ModelChoiceField(Organisation.objects.all(), required=False)
    plate = forms.CharField(required=False, max_length=20)
    source = forms.CharField(required=False, max_length=160)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Offer the pack's kinds."""
        super().__init__(*arguments, **named)
        self.fields["kind"].choices = [(kind, kind) for kind in kinds()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Find the point, or see that a new one has its position."""
        read = super().clean() or self.cleaned_data
        name = read.get("point") or ""
        self.known_point = Point.objects.filter(pk=name).first() if name else None
        placed = read.get("longitude") is not None and read.get("latitude") is not None
        if name and self.known_point is None and not placed:
            self.add_error("point", _("没有这个点位；新点位须填写经纬度。"))
        return read

    def new_point(self) -> Point | None:
        """Return the point to be made, None where the device stands at a known one or at none."""
        read = self.cleaned_data
        if not read["point"] or self.known_point is not None:
            return None
        return Point(
            id=read["point"], name_zh=read["name_zh"], name_en=read["name_en"], kind=read["kind"],
            area_code=read["area"], longitude=read["longitude"], latitude=read["latitude"],
        )  # fmt: skip

    def new_device(self, point: Point | None) -> NewDevice:
        """Return the device as the service takes it."""
        read = self.cleaned_data
        return NewDevice(
            id=read["id"], name_zh=read["name_zh"], name_en=read["name_en"], kind=read["kind"], key=read["key"],
            secret=read["secret"], point=point, networks=words(read["networks"]), tolerated=read["tolerated"],
            interval_s=read["interval_s"], owner=read["owner"], maintainer=read["maintainer"], plate=read["plate"],
        )  # fmt: skip


def words(text: str) -> list[str]:
    """Return the words of a field in which blanks, commas and semicolons part them.

    >>> words("10.1.2.0/24，10.1.3.7")
    ['10.1.2.0/24', '10.1.3.7']
    """
    return text.replace("，", " ").replace(",", " ").replace(";", " ").split()


class DeviceFileForm(forms.Form):
    """A table of devices."""

    file = forms.FileField(error_messages={"required": _("请先选择文件。")})


class ChannelForm(forms.Form):
    """A channel to add or to change."""

    code = forms.CharField(max_length=20, error_messages={"required": _("请填写上报编码。")})
    factor = forms.CharField(required=False, max_length=20)
    name_zh = forms.CharField(max_length=40, error_messages={"required": _("请填写通道名称。")})
    name_en = forms.CharField(required=False, max_length=60)
    unit_sent = forms.CharField(max_length=12, error_messages={"required": _("请填写上报单位。")})
    unit = forms.CharField(max_length=12, error_messages={"required": _("请填写存储单位。")})
    low = forms.FloatField(required=False)
    high = forms.FloatField(required=False)
    decimals = forms.IntegerField(required=False, min_value=0, max_value=6)
    main = forms.BooleanField(required=False)

    @property
    def new_channel(self) -> NewChannel:
        """The channel as the service takes it."""
        read = self.cleaned_data
        return NewChannel(
            code=read["code"], factor=read["factor"] or read["code"], unit_sent=read["unit_sent"], unit=read["unit"],
            name_zh=read["name_zh"], name_en=read["name_en"], low=read["low"], high=read["high"],
            decimals=read["decimals"] or 0, main=read["main"],
        )  # fmt: skip


class CommandForm(forms.Form):
    """A command for a device: its code and whatever parameters its form showed."""

    PARAMETERS = (
        "SystemTime", "RtdInterval", "MinInterval", "NewPW", "BeginTime", "EndTime", "PolId", "OverTime", "ReCount",
    )  # fmt: skip
    TIMES = frozenset({"SystemTime", "BeginTime", "EndTime"})

    code = forms.CharField(max_length=8, error_messages={"required": _("请选择命令。")})

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that were filled in, times as the protocol writes them."""
        code = self.cleaned_data["code"]
        found = {name: str(self.data.get(f"{code}-{name}", "")).strip() for name in self.PARAMETERS}
        return {name: _stamp(text) if name in self.TIMES else text for name, text in found.items() if text}


def _stamp(text: str) -> str:
    """Return a field's moment as 14 digits; what is no moment stays, for the service to refuse.

    >>> _stamp("2020-11-23T10:05")
    '20201123100500'
    """
    try:
        return f"{datetime.fromisoformat(text):%Y%m%d%H%M%S}"
    except ValueError:
        return text


class CourseForm(forms.Form):
    """A vehicle's permitted course; an empty line takes it away."""

    line = forms.CharField(required=False, max_length=20_000)
    corridor_m = forms.IntegerField(required=False, error_messages={"invalid": _("偏离限度须为整数（米）。")})

    @property
    def course(self) -> Course | None:
        """The course, None where no line was given; raises CourseError."""
        line = self.cleaned_data["line"]
        return Course(read_line(line), self.cleaned_data["corridor_m"]) if line else None


class WindowForm(forms.Form):
    """A maintenance window to declare; times are Beijing's."""

    device = forms.ModelChoiceField(
        Device.objects.all(), error_messages={"required": _("请选择设备。"), "invalid_choice": _("没有这台设备。")}
    )
    kind = forms.ChoiceField(choices=MaintenanceWindow.Kind.choices)
    start = forms.DateTimeField(error_messages={"required": _("请填写开始时间。"), "invalid": _("开始时间不是时间。")})
    end = forms.DateTimeField(error_messages={"required": _("请填写结束时间。"), "invalid": _("结束时间不是时间。")})
    reason = forms.CharField(max_length=300, error_messages={"required": _("请写明维护事由。")})

    @property
    def new_window(self) -> NewWindow:
        """The window as the service takes it."""
        read = self.cleaned_data
        start, end = (moment.astimezone(BEIJING) for moment in (read["start"], read["end"]))
        return NewWindow(read["kind"], start, end, read["reason"])


class ReasonForm(forms.Form):
    """A reason for what cannot be undone without a trace."""

    reason = forms.CharField(max_length=300, error_messages={"required": _("请写明理由；理由会进入历史。")})
