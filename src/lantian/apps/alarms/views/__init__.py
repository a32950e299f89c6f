"""Views of the alarms."""
