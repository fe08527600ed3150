"""How far the bot goes by itself, turn by turn, and what is seen of how well it does.

- ``rules``: the mode of each topic, and the matter that a question becomes
- ``holding``: what people answer: who decides it, and what customer, desk and memo hear of it
- ``shadowing``: what the bot would have said, drafted in silence
- ``evidence``: what a customer's turn shows of earlier answers
- ``comparing_replies``: what an agent's reply shows of a draft
- ``notices``: what the desk is to be told of a mode, as a value
- ``announcing``: what the desk reads of modes that change, or could
- ``room``: all of it, as the dispatcher knows it
"""
