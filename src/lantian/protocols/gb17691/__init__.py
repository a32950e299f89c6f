"""GB 17691-2018 Annex Q and HJ 1239.3-2021: heavy vehicles that report engine and after-treatment data."""
