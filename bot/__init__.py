"""Relevo's core."""
