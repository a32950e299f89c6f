"""Pages of yearly and final assessments."""
