"""What agents are helped with. Nothing of it reaches a customer without an agent's gesture.

- ``help``: all of it in one value, as the front door builds it
- ``drafting``: a draft from the knowledge, with its sources
- ``rewording``: a draft shorter or warmer, with a model and without
- ``canned``: replies that are sent often, found and filled in
- ``interpreting``: the customer's language in the thread, the agent's at the customer's
- ``speaking``: an agent's words on their way to a customer of another language
- ``showing``: how drafts stand in the thread, and their buttons
- ``verbs``: the gestures: draft, shorter, warmer, translate, canned, send, edit
- ``duty``: what stands in the thread a moment after a customer has written
"""
