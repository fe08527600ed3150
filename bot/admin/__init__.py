"""Admins' commands: who may, what is missing, what is done, and the audit of it.

- ``requests``: what a room of commands is given, and what it gives back
"""
