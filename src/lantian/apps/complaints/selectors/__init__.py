"""Reads of the complaints."""
