"""What is to be done about a case at a later time.

- ``alarms``: the alarms of a case, a pure function of it
"""
