"""The plan's records: texts under review, tasks in work with their progress, and the money for them."""

from lantian.apps.plans.models.money import BudgetLine, MoneyMove
from lantian.apps.plans.models.progress import Milestone, TaskEntry, TaskFile, TaskLamp
from lantian.apps.plans.models.review import PlanTask, PlanText, PlanTextError
from lantian.apps.plans.models.tasks import StrikeOff, Task, TaskChange, TaskError, TaskParty

__all__ = [
    "BudgetLine",
    "Milestone",
    "MoneyMove",
    "PlanTask",
    "PlanText",
    "PlanTextError",
    "StrikeOff",
    "Task",
    "TaskChange",
    "TaskEntry",
    "TaskError",
    "TaskFile",
    "TaskLamp",
    "TaskParty",
]
