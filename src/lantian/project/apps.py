"""Lets Django join the apps' hooks when it starts, in every process and in tests."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """The project itself as the last app."""

    name = "lantian.project"
    label = "project"

    def ready(self) -> None:
        from lantian.project.wiring import connect  # noqa: PLC0415  (apps are loaded only now)

        connect()
