"""What rankings rest on: one module a source, each gives the same answer (``measured``)."""
