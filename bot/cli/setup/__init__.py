"""``relevo init``: a guided set-up that ends with a bot that works.

- ``asking``: questions on the terminal, counted
- ``tokens``: what each platform needs, how one gets it, and whether it is right
- ``desk``: where agents work; the channel is created where a platform lets a bot do so
- ``trying``: the first knowledge, and a test case through the desk
- ``files``: ``relevo.toml`` and ``.env``
- ``guide``: the way through all of it
"""
