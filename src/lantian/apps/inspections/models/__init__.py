"""What inspections store: plans with their entries, campaigns, draws, visits; inspections with answers and photos."""

from lantian.apps.inspections.models.inspections import Inspection, InspectionItem, InspectionPhoto
from lantian.apps.inspections.models.plans import Campaign, Draw, Plan, PlanEntry, Recusal, Visit

__all__ = [
    "Campaign",
    "Draw",
    "Inspection",
    "InspectionItem",
    "InspectionPhoto",
    "Plan",
    "PlanEntry",
    "Recusal",
    "Visit",
]
