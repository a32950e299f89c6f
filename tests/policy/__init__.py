"""Tests of lantian.policy."""
