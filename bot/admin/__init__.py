"""Admins' commands: who may, what is missing, what is done, and the audit of it.

The way of a command:

- ``office``: the door: a turn's command or button → a plan; ``plans``: builds it
- ``asked``: what a message asks of the office
- ``authorising``: who may, by a fresh look
- ``asking``: what is missing; ``offering``: what can be chosen; ``buttons``: within what platforms hold
- ``completing``: values for an argument that is being typed
- ``helping``: the table of commands in words

What a room of commands needs:

- ``requests``: what it is given, and what it gives back
- ``changes``: a change of settings in words, and the button that takes it back
- ``persons``: whom an admin means

The rooms of this floor:

- ``steering``: what changes how Relevo works; ``looking``: how it is doing, and the knowledge
- ``settings``: settings show, set and undo
- ``admins``: who may steer; ``claiming``: the first one; ``keeping``: that somebody always may
- ``auditing``: who did what
"""
