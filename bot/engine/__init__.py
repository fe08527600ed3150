"""The way of a message over Redis: durable before it is acknowledged, in order, one speaker.

In the order in which a message meets them:

- ``inbox``: where adapters hand events in; ``mailbox``: what waits, leased to one holder at a time
- ``scheduler``: the port for wake-ups and timers, with Docket behind it
- ``worker``: lease, join, handle, store, show; ``joining``: which messages are one turn
- ``desk``: what agents write in a case's thread; ``ringing``: an alarm that rings
- ``equipment``: what all turns work with, and what follows a stored plan
- ``alarms``: which of them are due, and those that are set from elsewhere
- ``plans``: store a plan in one fenced step
- ``lessons``: learn from what was said, afterwards
- ``drafts``: a reply that is seen while it is written
- ``outbox``: stored messages in their lanes; ``sender``: works a lane off, retries and rests
- ``courier``: shows one message on its platform, with files, changes and marks
- ``presence``: who is writing and what was seen, told to the other side
- ``sweeper``: finds what a crash left behind
- ``board``: all open cases at a glance; ``news``: how it and other conversations hear of a plan
- ``days``: what was counted each day, and read back as sums
- ``overlay``: what was changed of the settings, and the log of it
- ``evidence``: reads back how well the bot does, and keeps what the desk is to be told of it
- ``receipts``, ``cases``, ``gaps``, ``audit`` and ``ratings``: read back what was stored
- ``claims``: the code of the first admin
- ``persons``: who is who, and what is remembered of them; ``sealing``: encrypts it; ``erasing``: ends it
- ``engine``: all of it as a whole

What they stand on:

- ``keys``: every key, its type and its lifetime; ``shared_keys``: builds some of them;
  ``scripts``: the Lua steps
- ``snapshots``: a conversation from what is stored of it
- ``codec``: values ↔ JSON; ``metrics``: what is counted
- ``tools``: what adapters borrow: memory of sends, shared rate limits, small durable fields
- ``client``: the way to Redis; ``server``: a private one as a child
"""
