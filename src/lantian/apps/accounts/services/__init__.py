"""Writes: signing in, areas and organisations of the pack, demo accounts."""
