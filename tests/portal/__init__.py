"""The overview and the wall."""
