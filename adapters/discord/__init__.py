"""Discord: direct messages, threads that start from a mention, and a forum as the desk.

- ``adapter``: what the core calls

The way in:

- ``connection``: the lease, and all that one process runs while it holds the gateway
- ``gateway``: connect, RESUME or IDENTIFY, read and reconnect, by discord.py's socket
- ``pump``: raw events → the core, in order, none before it is stored
- ``reader``: which events are for the core, and in which conversation; ``places``: what is where
- ``parse``: messages and reactions → values (pure); ``pressing``: interactions → values (pure)
- ``steering``: the admins' command → one line (pure); ``forms``: forms with one field (pure)
- ``interactions``: the answers that Discord wants within three seconds; ``completing``: what is being typed
- ``commands``: what its menu offers; ``menu``: the admins' command there (pure); ``wording``: in all languages (pure)
- ``progress``: how far events are stored, and the day's IDENTIFYs
- ``backfill``: reads back what was said while no session lived; ``typists``: who is writing

The way out:

- ``rest``: Discord's API, one bounded try a call; ``errors``: what it answers when it says no
- ``render``: values → payloads (pure); ``markdown``: a CommonMark tree → Discord's Markdown (pure)
- ``posting``: each piece once; ``shown``: which message is whose, and where; ``rewriting``: edits and deletions; ``previews``: a reply that is being written; ``threads``: opened, marked, archived; ``tags``: a forum's status; ``receipts``: small signs on people's messages
- ``actions``: what is too long for a button; ``asides``: what direct messages don't take
- ``files``: fetches what people have attached

Beside them:

- ``vouching``: who somebody is now; ``permissions``: what the bot needs and people may do (pure)
- ``founding``: the bot's invitation, and a forum for the desk
- ``doctor``: looks at token, intents, permissions
"""

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.gateway import Pace

__all__ = ["DiscordAdapter", "Pace"]
