"""What is remembered of people: what is learnt from a turn, kept, forgotten and recalled. No store.

Learnt: ``learning`` is all of it, as the duty knows it. ``extraction`` reads facts out of messages,
``proposals`` judges those of a language model, ``secrets`` leaves out what is never remembered, ``slots``
says what a fact may hold, with the ``names`` that are known; all look at words as ``folded`` writes them.
``profile`` is how facts take each other's place.

``episodes`` are finished conversations: how they ended (``outcomes``), what was promised until when
(``deadlines``), and what stays open (``threads``); answers stand in them without ``asides``. ``retention`` is what of all this is still kept.

Recalled: ``recall`` chooses what matters to one turn.
"""
