"""Exports of chats: threads that were solved become questions with answers for somebody to look through.

They are never indexed as they are: they hold people's names, and words that nobody has checked.

- ``values``   what was said in a thread, and a pair of question and answer
- ``slack``    the export of a Slack workspace
- ``discord``  channels and threads that DiscordChatExporter has saved as JSON
- ``solved``   which threads were solved, and what in them is the question and the answer
- ``private``  takes people out of a text
- ``pairs``    opens an export and gives its pairs
"""

from knowledge.readers.exports.pairs import pairs_of_export
from knowledge.readers.exports.values import Pair

__all__ = ["Pair", "pairs_of_export"]
