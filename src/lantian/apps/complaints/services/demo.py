"""Complaints of a demonstration (演示投诉): made up at fixed places; they go when real data take their place."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from shapely.geometry import shape

from lantian.apps.accounts.models import Area, AreaKind
from lantian.apps.complaints.models import Complaint
from lantian.apps.complaints.services.acts import Doing, accept, join, refuse
from lantian.apps.complaints.services.acts import answer as keep_answer
from lantian.apps.complaints.services.intake import NewComplaint, take_in
from lantian.apps.complaints.services.state import store
from lantian.apps.ledger.places import Ground

_SAID = (
    ("dust", "夜间工地施工扬尘很大，没有洒水", "工地东门", "12345"),
    ("fume", "楼下餐馆油烟直排，晚饭时呛人", "底商餐馆", "12345"),
    ("vehicle", "渣土车冒黑烟，早高峰经过", "路口", "12369"),
    ("industry", "汽修店喷漆气味刺鼻", "汽修店", "12369"),
    ("dust", "裸土没有覆盖，起风就扬尘", "空地", "96310"),
    ("burning", "有人露天焚烧树叶", "绿地", "96310"),
    ("coal", "平房院里烧散煤", "胡同", "web"),
    ("dust", "道路遗撒，车过扬尘", "主路", "web"),
    ("fume", "露天烧烤，烟气进屋", "小区门口", "new-media"),
    ("other", "空气有怪味，不知来源", "小区", "supervisor"),
)
"""Topic, words, place and channel of made-up complaints."""
_EVERY = timedelta(hours=15)
_COUNT = 60


@transaction.atomic
def fill_demo(*, at: datetime) -> int:
    """Make complaints of the last weeks, unless there are any; return how many. None of them has a reporter."""
    streets = list(Area.objects.of_kind(AreaKind.STREET).with_boundary().order_by("code"))
    if Complaint.objects.exists() or not streets:
        return 0
    ground = Ground.load()
    for number in range(_COUNT):
        _one(number, streets, ground, at)
    return _COUNT


def _one(number: int, streets: Sequence[Area], ground: Ground, now: datetime) -> None:
    topic, words, place, channel = _SAID[number % len(_SAID)]
    received = now - _EVERY * (_COUNT - number) + timedelta(hours=14)
    street = streets[number * 7 % len(streets)] if number % 5 else streets[11 % len(streets)]
    middle = shape(street.geometry or {}).representative_point()
    new = NewComplaint(
        channel=channel, text=words, place=f"{street.name_zh}{place}", longitude=middle.x, latitude=middle.y,
        topic=topic, received_at=received, synthetic=True,
        order_number=f"DEMO-{number:04}" if channel.isdecimal() else "",
    )  # fmt: skip
    _goes_on(take_in(new, by=None, at=now, ground=ground).complaint, number, now)


def _goes_on(complaint: Complaint, number: int, now: datetime) -> None:
    """Let most of the older ones be answered, some be refused, joined or on their way."""
    received = complaint.received_at
    same = complaint.suggestions.order_by("pk").first()
    if same and number % 3 == 0:
        join(complaint, Doing(None, received + timedelta(hours=3)), earlier=same.earlier)
    elif number % 17 == 16:
        refuse(complaint, Doing(None, received + timedelta(hours=5)), reason="不属于大气污染，已转相关部门")
    elif complaint.due_at < now - timedelta(days=2):
        complaint.accepted_at = received + timedelta(hours=4)
        store(complaint)
        keep_answer(complaint, "已到现场核查并督促整改。", Doing(None, _replied(complaint, number)))
    elif number % 3 == 1:
        accept(complaint, Doing(None, received + timedelta(hours=1)))


def _replied(complaint: Complaint, number: int) -> datetime:
    late = timedelta(hours=9) if number % 9 == 4 else timedelta()
    return complaint.due_at - timedelta(minutes=30) + late


def forget_synthetic(points: Sequence[str], devices: Sequence[str]) -> None:
    """Delete the made-up complaints, and take real ones out of cases that are made up and about to go."""
    made_up = Complaint.objects.filter(synthetic=True)
    Complaint.objects.filter(duplicate_of__in=made_up).update(duplicate_of=None)
    made_up.delete()
    theirs = Q(case__synthetic=True) | Q(case__parent__synthetic=True)
    theirs |= Q(case__point__in=points) | Q(case__alarm__point__in=points)
    theirs |= Q(case__alarm__device__in=devices) | Q(case__alarm__isnull=False, case__alarm__point=None)
    Complaint.objects.filter(theirs).update(case=None, accepted_at=None)
