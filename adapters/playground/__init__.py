"""The playground: a web page as the fourth chat platform, for trying Relevo without any account.

- ``adapter``: the connection; what the core calls, and the page's routes; ``agents``: who can be played;
  ``showing``: what can be shown where
- ``parse``: what the page sends → values (pure), which are in ``requests``
- ``render``: values → what the page is told (pure); ``casefile``: how a case stands;
  ``commands``: the admins' commands; ``richtext``: CommonMark → harmless nodes
- ``reception``: an event of the page → the transcript, and the core before it is acknowledged
- ``session``: the requests of one page; ``sockets``: the open pages; ``guard``: which may connect
- ``pages``: what the browser loads; ``files``: uploads and downloads of the page
- ``transcript``: the messages that the page shows, in Redis; ``lines``: one of them as a value
- ``forgetting``: takes people out of it
- ``feed``: what all processes hear at once; ``scripts``: the transcript's Lua steps
- ``web``: the page itself; ``web/README.md`` is its map and names what tests may hold on to
"""

from adapters.playground.adapter import PlaygroundAdapter
from adapters.playground.session import DeskFacts
from adapters.playground.transcript import Transcript

__all__ = ["DeskFacts", "PlaygroundAdapter", "Transcript"]
