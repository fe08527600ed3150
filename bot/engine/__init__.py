"""The way of a message over Redis: durable before it is acknowledged, in order, one speaker.

In the order in which a message meets them:

- ``inbox``: where adapters hand events in; ``mailbox``: what waits, leased to one holder at a time
- ``scheduler``: the port for wake-ups and timers, with Docket behind it
- ``worker``: lease, join, handle, store, show; ``plans``: stores a plan in one fenced step
- ``outbox``: stored messages in their lanes; ``sender``: shows them on their platforms
- ``sweeper``: finds what a crash left behind
- ``receipts`` and ``cases``: read back what was stored
- ``engine``: all of it as a whole

What they stand on:

- ``keys``: every key, its type and its lifetime; ``scripts``: the Lua steps
- ``codec``: values ↔ JSON; ``clock``: the server's time; ``metrics``: what is counted

The server:

- ``connection``: the client, with a deadline on everything; ``redis_address``: the text of
  ``redis.url``; ``redis_failures``: errors in words; ``redis_durability``: what is refused
- ``embedded``: a private server as a child; ``server_binary``, ``server_folder``,
  ``server_guard``, ``server_process``, ``server_failure``: its program, its files, its tie to our
  life, its running, its end in words
"""
