"""What a message without a single word says: a thumb, a wave, folded hands."""

from bot.conversation.understanding.phrasebook import Courtesy

MEANINGS = {
    "👍": frozenset({Courtesy.AFFIRMATION}),
    "👌": frozenset({Courtesy.AFFIRMATION}),
    "✅": frozenset({Courtesy.AFFIRMATION}),
    "✔": frozenset({Courtesy.AFFIRMATION}),
    "👎": frozenset({Courtesy.NO}),
    "❌": frozenset({Courtesy.NO}),
    "👋": frozenset({Courtesy.GREETING}),
    "🙏": frozenset({Courtesy.THANKS}),
    "❤": frozenset({Courtesy.THANKS}),
    "🎉": frozenset({Courtesy.THANKS}),
    "😂": frozenset({Courtesy.LAUGHTER}),
    "🤣": frozenset({Courtesy.LAUGHTER}),
}
NOTHING: frozenset[Courtesy] = frozenset()


def courtesy_of_emoji(text: str) -> frozenset[Courtesy]:
    """Return what the first telling sign of a wordless text means; empty when none does."""
    return next((MEANINGS[sign] for sign in text if sign in MEANINGS), NOTHING)
