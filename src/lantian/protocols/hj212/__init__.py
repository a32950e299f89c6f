"""HJ 212: stations, dust sites, stack gas, VOC and fume monitors to their platform (2005, 2017, parts of 2025)."""
