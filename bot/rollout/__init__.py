"""How far the bot goes by itself: the numbers behind it (pure, without a store or a clock).

- ``assigning``  which arm of a canary a conversation is of
- ``intervals``  a share with its interval, and the difference of two
- ``stems``      the words of a text that say what it is about, by their stems
- ``facts``      what two texts must not say differently: figures, dates, links, denials
- ``comparing``  whether a draft says what the human has said
- ``judging``    what was seen of a topic as numbers, and the mode that they speak for
- ``watching``   notices that quality has fallen, with few false alarms
- ``lattice``    how often a watch raises one
- ``topics``     questions that belong together, with a name
"""
