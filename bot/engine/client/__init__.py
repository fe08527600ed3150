"""The way to Redis, whoever runs it.

- ``connection``: the client, with a deadline on everything; refuses a server that would lose data
- ``pool``: its connections, from which a cancellation takes nothing
- ``address``: the text of ``redis.url``; ``durability``: what is refused; ``failures``: errors in
  words
- ``clock``: the server's time
"""
