"""Run every protocol vector of a file shaped like the workplace's ``protocol_vectors.json``."""
