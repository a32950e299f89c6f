"""Rectification of inspectors' problems, and accountability."""
