"""What came of an alarm (后续案件), for the alarm's own page."""

from typing import Any

from django.urls import reverse

from lantian.apps.alarms.models import Alarm
from lantian.apps.cases.models import Case


def cases_of_alarm(alarm: Alarm, person: Any) -> list[tuple[str, str]]:
    """Hook: return the cases that an alarm led to, as far as a person may see them."""
    found = Case.objects.visible_to(person).filter(alarm=alarm).order_by("pk")
    return [(case.number, reverse("cases:one", args=[case.slug])) for case in found]
