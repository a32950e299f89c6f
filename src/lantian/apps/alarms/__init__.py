"""Alarms (报警): from rules of the pack to alarms with a life, an explanation and an outcome."""
