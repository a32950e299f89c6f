"""Complaints of the public (投诉举报): intake, duplicates, protected reporters, reply in time, rewards."""
