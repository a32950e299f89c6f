"""The mission table: which acceptance tests show which row, and whether they pass."""
