"""Exports of past conversations, whatever tool they come from, read piece by piece.

- ``exports``    opens a file, recognises what it is, and gives its conversations
- ``streaming``  JSON of any size, one value of a list after the other
- ``limits``     how much is read of a file that may be hostile
- ``plain``      lines of our own: ``{"id", "turns"}``
- ``fields``     fields of records that may be missing or of another kind
- ``helpdesks``  tickets of Zendesk, conversations of Intercom
- ``tables``     CSV: a ticket a row, or a message a row
- ``telegram``   ``result.json`` of Telegram Desktop
- ``chats``      Slack's zip and DiscordChatExporter's JSON, by the readers of the knowledge
"""
