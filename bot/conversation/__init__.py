"""The behaviour: what a customer's turn becomes.

- ``dispatcher``: folds a turn, sees who has the word, chooses the branch
- ``administered``: asks the admins' office first, and lets a question be one
- ``answering``: knowledge, policy and what follows from its decision; rejections
- ``escalating``: how a turn comes to the escalation policy, and from there to people
- ``choices``: asks back which of several documents is meant
- ``reading``: what a turn says: words, command, question
- ``recalling``: what is remembered of whoever asks, as one turn uses it
- ``remembering``: what customers do with their own memory
- ``matters``: whether two texts are about the same
- ``asking``: who asks and what about, and what they may be told
- ``gaps``: which of these turns show that knowledge is missing
- ``commands``: what customers ask for by command or button
- ``manners``: what an operator decides about the bot's behaviour
- ``suggestions``: questions that an operator offers with the greeting
- ``flood``: how much the bot answers in a minute
- ``replies``: builds the plans in which the bot speaks
- ``rollout``: how far the bot goes by itself, and what is seen of how well it does
- ``afterwards``: surveys, what people said, something useful: what comes after a case
- ``understanding``: language, wishes, rejections and courtesies of a text
"""
