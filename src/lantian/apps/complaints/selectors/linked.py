"""The complaints of a case, as its page names them."""

from django.urls import reverse

from lantian.apps.cases.models import Case
from lantian.apps.complaints.models import Complaint

SHOWN = 20


def complaints_of_case(case: Case) -> list[tuple[str, str]]:
    """Return number and address of each complaint that goes with a case, the first ones first."""
    numbers = Complaint.objects.filter(case=case).order_by("received_at", "pk").values_list("number", flat=True)
    return [(number, reverse("complaints:one", args=[number])) for number in numbers[:SHOWN]]
