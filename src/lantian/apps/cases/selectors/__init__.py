"""Reads of the cases for pages."""
