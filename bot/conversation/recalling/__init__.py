"""What is remembered, in a turn: asked for once, used as data, and said only where it was heard.

- ``recall``: asks the memory for a turn, never for long, and brings up what is open
- ``knowing``: what is known as the knowledge base takes it, and in the words of a receipt
- ``again``: the same question as in an earlier conversation
- ``quoting``: what people said some day, in the bot's mouth
- ``open_threads``: which open thread is asked about, when, and how
- ``metrics``: how often the memory was asked, and how that went
"""
