"""Complaints as the pure comparison of reports knows them."""

from lantian.analysis.duplicates import Report
from lantian.apps.complaints.models import Complaint


def report_of(complaint: Complaint) -> Report:
    """Return a complaint as the pure comparison knows it."""
    spot = (
        (complaint.longitude, complaint.latitude)
        if complaint.longitude is not None and complaint.latitude is not None
        else None
    )
    return Report(str(complaint.pk), complaint.happened_at, complaint.text, complaint.place, spot, complaint.topic)
