"""Assessments by schemes: their inputs, versions, findings, appeals and papers."""
