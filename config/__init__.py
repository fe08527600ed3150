"""The cellar: settings and logs. Only the front door comes down here.

- ``settings``: the settings tree, and the only reader of the environment
- ``sections``: its tables, each setting with default and bounds
- ``answers``: more of them, of what holds for all answers
- ``embeddings``: more of them, of models that don't write
- ``copilot``: what agents are helped with
- ``escalation``: when a human is asked in, and the tiers of customers
- ``memory``: what is remembered of people, how long, and by which key
- ``mood``: who reads how customers feel
- ``teams``: more of them, of the people behind the desk
- ``surveys``: what customers are asked after a case, and what satisfied ones may be shown
- ``logs``: structured log lines without message bodies or secrets
"""
