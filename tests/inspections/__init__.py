"""Tests of the inspections."""
