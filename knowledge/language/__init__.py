"""What is known of languages: their words, and which one a text is in.

- ``words``: texts to index terms, accents folded and words stemmed; ``stopwords``: those that tell nothing
- ``synonyms``: words that stand for each other, within and between languages (``synonyms.toml``)
- ``near_words``: words near in meaning, by a table made from the word vectors (``near_en_es.npz``)
- ``sentences``: where one ends; ``languages``: which one a document is in
"""
