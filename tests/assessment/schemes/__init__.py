"""Tests of yearly and final assessments."""
