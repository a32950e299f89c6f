"""Pictures for alarms (抓拍): each camera of the alarm's point is asked once; a failure is told in the history."""

from collections.abc import Sequence
from datetime import datetime

from lantian.apps.alarms.models import Alarm, AlarmEvent
from lantian.apps.telemetry.models import Camera
from lantian.apps.telemetry.services.cameras import take_snapshot


def take_pictures(alarms: Sequence[int], *, at: datetime) -> int:
    """Take pictures for alarms that have none yet; return how many were asked for."""
    waiting = Alarm.objects.filter(pk__in=alarms).exclude(events__kind="snapshot").exclude(point=None)
    asked = 0
    for alarm in waiting:
        for camera in Camera.objects.filter(point_id=alarm.point_id, active=True):
            snapshot = take_snapshot(camera, at=at)
            detail = {"camera": camera.name, "sha256": snapshot.sha256}
            AlarmEvent.objects.create(alarm=alarm, at=at, kind="snapshot", snapshot=snapshot, detail=detail)
            asked += 1
    return asked
