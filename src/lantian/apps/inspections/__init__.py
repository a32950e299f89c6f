"""Inspections (检查): checklists on the spot, plans, campaigns, verifiable draws, and visits made together."""
