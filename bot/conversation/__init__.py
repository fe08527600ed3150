"""The behaviour: what a customer's turn becomes.

- ``dispatcher``: folds a turn, sees who has the word, chooses the branch
- ``answering``: knowledge, policy and what follows from its decision; rejections
- ``weighing``: what the policy weighs of a turn; ``moods``: how a mood is followed over a conversation
- ``choices``: asks back which of several documents is meant
- ``listening``: hears in each turn how the customer feels
- ``urgent``: what cannot wait, and the words that come first then
- ``passing``: passes the customer on to people, with all that is known
- ``reading``: what a turn says: words, command, question
- ``matters``: whether two texts are about the same
- ``asking``: who asks and what about, and what they may be told
- ``gaps``: which of these turns show that knowledge is missing
- ``commands``: what customers ask for by command or button
- ``manners``: what an operator decides about the bot's behaviour
- ``suggestions``: questions that an operator offers with the greeting
- ``flood``: how much the bot answers in a minute
- ``replies``: builds the plans in which the bot speaks
- ``after``: what comes after a case or a good answer, of these parts:
  ``surveys`` are what customers say to a survey, ``scores`` and ``remarks`` how that is read,
  ``asking_surveys`` those that are asked later; ``returning`` is what people said; ``offers`` is something useful
- ``understanding``: language, wishes, rejections and courtesies of a text
"""
