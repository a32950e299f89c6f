"""Views of the inspections."""
