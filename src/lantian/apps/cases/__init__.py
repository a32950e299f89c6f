"""Cases (案件): from a finding to its consequence, by the tables of the pack."""
