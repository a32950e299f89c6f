"""Reads of the alarms that join several models: list, explanation, curve, precision."""
