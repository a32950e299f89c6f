"""The portal (门户): overview and wall."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Stores nothing of its own; it assembles what the other apps know."""

    name = "lantian.apps.portal"
    label = "portal"
