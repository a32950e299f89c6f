"""The plan's records."""

from lantian.apps.plans.models.review import PlanTask, PlanText, PlanTextError

__all__ = ["PlanTask", "PlanText", "PlanTextError"]
