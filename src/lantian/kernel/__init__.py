"""Words that every other part shares: instants, factors, rounding, the legal calendar, errors."""
