"""Emission arithmetic: inventory factors and emergency reductions (减排). Pure."""
