"""Upkeep of link quality (联网质量): hours older than the pack keeps are forgotten; the frames themselves stay."""

from datetime import datetime, timedelta

from django.conf import settings

from lantian.apps.telemetry.models import LinkHour
from lantian.kernel.instants import day_of
from lantian.policy.reader import load_pack
from lantian.policy.records_telemetry import LinkRule


def forget_link_hours(*, now: datetime) -> int:
    """Delete the hours of link quality that are older than the pack keeps; returns how many."""
    rule = load_pack(settings.PACK).get(LinkRule, "link", day_of(now))
    return LinkHour.objects.filter(hour__lt=now - timedelta(days=rule.keep_days)).delete()[0]
