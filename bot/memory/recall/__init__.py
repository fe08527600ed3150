"""What of a memory matters to one turn: chosen by words, meaning, people and time, within a budget.

``recaller`` is what others use: facts always, then what is asked about, what is open, what came last.
``passages`` are the texts that are looked through, ``again`` the same problem once more, ``budget`` what fits
into a prompt. Nothing is indexed or kept: each recall reads the one memory that it is given.

Ranking: ``relevance`` weighs the signals of each passage, with the ``matches`` of the question's words in
it and around it. ``asked`` is what a question asks for, ``days`` the days that it names. ``lexicon`` turns
texts into numbered terms, ``stopwords`` have none, ``nearness`` is the socket for words near in meaning.
"""
