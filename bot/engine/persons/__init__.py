"""Persons and groups in Redis: who is who, what is remembered of them, encrypted, and its end."""
