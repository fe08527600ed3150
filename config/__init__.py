"""The cellar: settings and logs. Only the front door comes down here.

- ``settings``: the settings tree; ``sources``: file, environment and ``.env``, and their only reader
- ``live``: the settings with what was changed while Relevo runs; ``overlay``: such changes as a tree
- ``paths``: the names of settings; ``fields``: what stands at one; ``typed``: what people type as a value
- ``views``: each setting as people see it; ``fixed``: which can't change while Relevo runs, and why
- ``sections``: its tables, each setting with default and bounds
- ``answers``: more of them, of what holds for all answers
- ``embeddings``: more of them, of models that don't write
- ``copilot``: what agents are helped with
- ``escalation``: when a human is asked in, and the tiers of customers
- ``memory``: what is remembered of people, how long, and by which key
- ``mood``: who reads how customers feel
- ``teams``: more of them, of the people behind the desk
- ``rollout``: how far the bot goes by itself, and who may steer it
- ``surveys``: what customers are asked after a case, and what satisfied ones may be shown
- ``logs``: structured log lines without message bodies or secrets
"""
