"""Reads of the inspections."""
