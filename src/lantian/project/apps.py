"""Lets Django join the apps' hooks when it starts, in every process and in tests."""

from importlib import import_module

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """The project itself as the last app."""

    name = "lantian.project"
    label = "project"

    def ready(self) -> None:
        """Join the hooks; models may be imported only now, so the module is named, not imported above."""
        import_module("lantian.project.wiring").connect()
