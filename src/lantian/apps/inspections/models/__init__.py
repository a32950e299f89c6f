"""What inspections store: plans, campaigns, draws, visits; inspections with answers and photos; samples."""

from lantian.apps.inspections.models.inspections import Inspection, InspectionItem, InspectionPhoto
from lantian.apps.inspections.models.plans import Campaign, Draw, Plan, PlanEntry, Recusal, Visit
from lantian.apps.inspections.models.samples import Part, Sample, SampleCounter, SampleMove, SampleResult

__all__ = [
    "Campaign",
    "Draw",
    "Inspection",
    "InspectionItem",
    "InspectionPhoto",
    "Part",
    "Plan",
    "PlanEntry",
    "Recusal",
    "Sample",
    "SampleCounter",
    "SampleMove",
    "SampleResult",
    "Visit",
]
