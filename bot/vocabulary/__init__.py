"""The words of the house: plain values, and the sockets (Protocols) that the wings plug into.

Values are frozen, slotted, keyword-only dataclasses: each can be stored, replayed and built in one
line in a test. Nothing in here knows Redis, an SDK or a setting.

What is said, and by whom:

- ``messages``: what people write and what Relevo says; where a conversation happens
- ``people``: agents, and who may be trusted with what
- ``platforms``: the socket of a chat platform, and how platforms differ, as data
- ``files``: the socket of files that Relevo writes itself
- ``tools``: what the core lends to adapters: memory of sends, rate limits, a durable store

What becomes of it:

- ``conversations``: a conversation as it is stored
- ``turns``: a turn, its plan, its receipt; the socket of behaviour
- ``folding``: a batch of events → what the customer means now; history lines
- ``receipts``: builds the receipt of a turn
- ``knowledge``: the socket of knowledge: question in, grounded answer out
- ``mood``: how a customer feels, over a conversation; concerns that a person should know of
- ``memory``: what is remembered of a person, and the sockets of learning and recall
- ``linking``: the command that joins two accounts, and messages without its code
- ``gaps``: a question to which the knowledge had no answer that would do
- ``budgets``: the socket of what language models may cost
- ``cases``: a hand-over with its life, and the only steps that it can take
- ``board``: all open cases and who of the agents is there, at a glance
- ``alarms``: what is to be done in a conversation at a later time
- ``copilot``: the sockets of drafts, other words for them, and translation
- ``surveys``: how a customer was served, in their own words
- ``handover``: the sockets of the escalation policy and of the desk
- ``administration``: the sockets of the admins' office: who may, and what a turn becomes there

How it is steered:

- ``steering``: settings that are changed while Relevo runs
- ``standing``: what a platform says now of somebody
- ``rollout``: how far the bot goes by itself, topic by topic
- ``commands``: the admins' commands, one table for all platforms
- ``library``: the documents, as admins look after them in chat
- ``trials``: what would be answered, whose it would be, who works when
- ``measures``: the measures of a period

When something goes wrong:

- ``errors``: the tree of errors; each text is one sentence with cause and cure
- ``cancellation``: keeps a cancellation that a library has swallowed
- ``failpoints``: named places where a crash test may stop the process
"""
