"""Persons and groups in Redis: who is who, what is remembered of them, encrypted, and its end.

- ``memories``: the memory as turns and customers reach it; ``lookups``: in one round trip
- ``vault``: what is remembered of an owner, encrypted, written over its version alone
- ``people``: persons as a whole; ``identities``: accounts and the persons behind them; ``places``: where
  they wrote; ``records``: what is kept of them
- ``joining``: two persons become one; ``parting``: an account leaves; ``merging``: what becomes of memories
- ``codes``: how somebody proves that another account is theirs; ``consent``: whether memory is on
- ``stores``: all of these as a whole; ``registry``: a person with accounts and places, for erasures

The keys under which all of it stands:

- ``crypt``: AES-256-GCM, bound to whom and what a text belongs to
- ``keyring``: tenant keys and the data keys that they wrap; ``rewrapping``: under a new tenant key
- ``installation``: opens the keyring, and refuses keys that are not its own
- ``sources``: where tenant keys come from: the settings, ``keyfile`` or ``key_command``

And its end:

- ``ending``: all of this as a whole; ``erasures``: what was asked for and is not done yet
- ``erasing``: erases a person, step by step; ``rewriting``: out of the append-only file as well
- ``traces``: what of a conversation is whose (pure); ``place_reader``: reads one; ``wiping``: takes it out
- ``streams``: ratings, actions, dead letters; ``caches``: adapters' caches, budgets, sends
- ``tombstones``: who was erased when; ``replaying``: erases whom a backup brings back; ``everybody``: all
- ``exporting``: all that is stored of a person as JSON; ``portrait``: each value of it
"""
