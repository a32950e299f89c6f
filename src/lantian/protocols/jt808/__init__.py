"""JT/T 808 (2013 and 2019): positions of trucks and what their terminals add to them."""
