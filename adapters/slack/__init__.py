"""Slack: direct messages, channels and threads, over a socket or HTTP.

The face and its connections:

- ``adapter``: the platform as the core sees it
- ``connection`` and ``webhook``: events over Socket Mode, under our own watch, and over HTTP, signed
- ``reception``: each event to the core before it is acknowledged (with ``lanes``, which keep the order)
- ``backfill``: what was missed in a gap, from the ``places`` that the bot takes part in
- ``commanding``: commands, their forms and admins' buttons, which belong in the direct conversation
- ``acks``: what Slack is answered
- ``doctor``: token, scopes, connection, and the desk's channel; ``manifest``: the app itself

What comes and what goes (pure):

- ``parse`` and ``interactive``: messages and buttons, forms, commands → values (with ``text`` and
  ``channels``); ``forms``: commands as forms
- ``render`` and ``richtext``: values → blocks in which nothing pings and no link unfurls

What is asked of Slack:

- ``api`` and ``refusals``: one call at a time, and what Slack's refusals mean
- ``sending`` and ``files``: each piece once, read back when its fate is unknown; files both ways
- ``drafts`` and ``streams``: the beginning of an answer while it is written (``growing``: its words)
- ``people`` and ``writers``: names, languages, who is no member; who wrote last in a thread
- ``standings`` and ``founding``: who somebody is now; a channel for the desk
- ``whereabouts``: threads that an event does not name, and somebody's direct conversation
- ``marks``: how a case stands
- ``welcome`` and ``sessions``: suggestions; titles, status and agent sessions; ``receipts``:
  small signs on people's messages (all by ``chores``)
"""

from adapters.slack.adapter import SlackAdapter

__all__ = ["SlackAdapter"]
