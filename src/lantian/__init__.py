"""Lantian (蓝天): the operations platform of a district's air-pollution action plan."""
