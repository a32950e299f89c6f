"""Air-quality numbers: index, validity, evaluation, trend, target and stack-gas conversion. Pure."""
