"""What stands around an answer, whoever wrote it.

Before a language model reads: ``masking`` puts placeholders in the place of personal data that has a form
(``bot.texts.personal``), in the text as ``hidden`` characters leave it.

After it wrote: ``claims`` says why a sentence does not stand in its sources, with the amounts that
``quantities`` reads, the words that ``support`` finds and the denials that ``polarity`` hears.
``safe_text`` makes harmless CommonMark of what it wrote: ``hidden`` characters go, ``links`` says which
addresses may stay, ``shown_words`` looks at words, ``inline`` and ``commonmark`` write it all anew.

Around every answer, with and without a model: ``guarded`` declines forbidden topics and adds required
phrases as ``rules`` say (found by ``phrases``), and puts words as ``style`` wants them.
"""
