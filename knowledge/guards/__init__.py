"""What stands around an answer, whoever wrote it.

Before a language model reads: ``masking`` puts placeholders in the place of what ``personal`` finds by
the form and check digits that ``numbers`` knows.

After it wrote: ``claims`` says why a sentence does not stand in its sources, with the amounts that
``quantities`` reads and the denials that ``polarity`` hears.
"""
