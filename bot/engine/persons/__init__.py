"""Persons and groups in Redis: who is who, and what is remembered of them.

- ``memories``: the memory as turns and customers reach it; ``lookups``: in one round trip
- ``vault``: what is remembered of an owner, encrypted, written over its version alone
- ``people``: persons as a whole; ``identities``: accounts and the persons behind them; ``places``: where
  they wrote; ``records``: what is kept of them
- ``joining``: two persons become one; ``parting``: an account leaves; ``merging``: what becomes of memories
- ``codes``: how somebody proves that another account is theirs; ``consent``: whether memory is on
- ``stores``: all of these as a whole; ``registry``: a person with accounts and places, for erasures
"""
