"""The visual language: shell, components, formats, the as-of control."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Every other app builds its pages from this one."""

    name = "lantian.apps.ui"
    label = "ui"
