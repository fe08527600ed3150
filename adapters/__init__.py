"""Chat platforms: translation only, no decisions.

- ``markup``: CommonMark as values that each platform writes in its own way, and pieces that fit
- ``locks``: one at a time under a delivery's key
- ``forwarded``: words that were passed on command nothing; ``notified``: who may be pinged
- ``buttons``: scales in even rows, and what forms ask for; ``prefills``: what these begin with
- ``customers`` and ``verbs``: the customers' commands and the agents' verbs as menus offer them
- ``steering``: which lines are admins' commands, answered in private
- ``kept``: what is remembered between processes, but never more than so much; ``personal``: where that is people's
- ``slack``: Socket Mode or signed HTTP, Block Kit, threads
- ``discord``: the gateway with cold RESUME, one REST try a call, threads and a forum desk
- ``telegram``: polling or webhook, entities instead of a parse mode, topics
- ``playground``: one web page that plays customers and the agents' desk

Each platform is a folder that is split by direction: ``adapter`` (connection), ``parse`` (event →
value, pure) and ``render`` (value → payload, pure). Adapters know ``bot.vocabulary`` and
``bot.texts``, and what they share above, never each other. To add one: write the three modules,
build the adapter in ``bot.app``, and run ``tests.contracts.adapter_contract`` against it over a real socket.
"""
