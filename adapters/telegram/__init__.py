"""Telegram: private chats and groups as customers' conversations, a group with topics as the desk.

Inwards:

- ``polling``: updates by long polling, one process at a time; ``webhook``: the route for updates
- ``reception``: one raw update → the core, before it is acknowledged; ``homing``: admins' commands
  of groups → the private chats of whoever gave them
- ``parse``: updates → values (pure), with ``content`` (words and attachments) and ``people``

Outwards:

- ``adapter``: what the core calls
- ``sending``: pieces, each sent once as far as Telegram allows (``calls``: the calls that show one);
  ``lookup``: was it shown after all? (``doubts``: what is not known yet)
- ``signs``: typing, and drafts of answers; ``receipts``: small signs on people's messages
- ``topics``: the desk's threads; ``files``: files both ways; ``menus``: the lists of commands
- ``render``: values → payload (pure), with ``writer`` (text and entities),
  ``letters`` (what Telegram takes of a text) and ``keyboard``

Below both:

- ``wire``: PTB's bot and HTTP; ``errors``: what went wrong, in the core's words
- ``places``: chats and topics; ``pace``: how fast; ``memory``: what survives;
  ``actions``: the long ones, kept for buttons; ``metrics``
- ``doctor``: finding the desk's group, and what may be wrong; ``standing``: who somebody is now
"""

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.pace import Pace

__all__ = ["Pace", "TelegramAdapter"]
