"""The plan and its rules as pages."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Articles, tasks and every record of the pack."""

    name = "lantian.apps.plans"
    label = "plans"
