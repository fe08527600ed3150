"""How a turn comes to the escalation policy, and from there to people.

- ``listening``: hears in each turn how the customer feels; ``moods``: follows that over a conversation
- ``weighing``: what the policy weighs of a turn
- ``urgent``: what cannot wait, and the words that come first then
- ``passing``: passes the customer on to people, with all that is known
"""
