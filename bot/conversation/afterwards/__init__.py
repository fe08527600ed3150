"""What comes after a case or a good answer.

- ``after``: all of it, as the dispatcher knows it
- ``surveys``: what customers say to a survey; ``scores`` and ``remarks``: how that is read
- ``asking_surveys``: surveys that are asked later
- ``returning``: what people said to the customer, beside the bot's answers
- ``offers``: something useful for those who are satisfied
"""
