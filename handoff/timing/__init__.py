"""What is to be done about a case at a later time, and what customers are told about waiting.

- ``alarms``: the alarms of a case, a pure function of it
- ``settling``: what follows from each plan for a case: who waits for whom, which alarms are set
- ``courtesies``: words of a customer that wait for no answer
- ``telling``: a wait in a customer's words
- ``duty``: what all duties of the desk's clock share
- ``offers``: an offer that ends, an agent who does not go on
- ``unclaimed``: a case that nobody takes
- ``waking``: a case that sleeps while its customer writes
- ``reminders``: a customer who waits, promises, the end of a snooze, follow-ups
"""
