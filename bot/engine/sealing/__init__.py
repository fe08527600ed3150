"""The keys under which memories are encrypted, and the encryption itself.

- ``crypt``: AES-256-GCM, bound to whom and what a text belongs to
- ``keyring``: tenant keys and the data keys that they wrap; ``rewrapping``: under a new tenant key
- ``installation``: opens the keyring, and refuses keys that are not its own
- ``sources``: where tenant keys come from: the settings, ``keyfile`` or ``key_command``
"""
