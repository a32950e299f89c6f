"""What came of an alarm (后续案件), and the cases of a ledger entry, for their own pages."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lantian.apps.alarms.models import Alarm
from lantian.apps.cases.models import Case
from lantian.apps.ledger.hooks import Linked, LinkedLine
from lantian.apps.ledger.models import Source

SHOWN = 20


def cases_of_alarm(alarm: Alarm, person: Any) -> list[tuple[str, str]]:
    """Hook: return the cases that an alarm led to, as far as a person may see them."""
    found = Case.objects.visible_to(person).filter(alarm=alarm).order_by("pk")
    return [(case.number, reverse("cases:one", args=[case.slug])) for case in found]


def linked_cases(person: Any, source: Source) -> Sequence[Linked]:
    """Hook: return the cases that an entry is the subject of or has a part in, the newest first."""
    found = Case.objects.visible_to(person).filter(Q(source=source) | Q(related__source=source)).distinct()
    return [Linked(_("案件"), [_line(case) for case in found.order_by("-opened_at", "-pk")[:SHOWN]])]


def _line(case: Case) -> LinkedLine:
    opened = f"{localtime(case.opened_at):%Y-%m-%d}"
    state = f"{opened} · {_('已办结')}" if case.closed_at else f"{opened} · {_('办理中')}"
    return LinkedLine(f"{case.title} {case.number}", state, reverse("cases:one", args=[case.slug]))
