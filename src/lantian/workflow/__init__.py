"""Procedure: legal deadlines, fines, draws and service times. Pure."""
