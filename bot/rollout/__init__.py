"""How far the bot goes by itself: the numbers behind it (pure)."""
