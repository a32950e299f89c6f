"""Writes: tell people of an event, send what is due, keep channels and preferences."""

from lantian.apps.notices.services.telling import Event, tell, tell_each

__all__ = ["Event", "tell", "tell_each"]
