"""Whether two texts are about the same matter (pure)."""

import re


def same_matter(question: str, earlier: str) -> bool:
    """Whether a question says mostly the same words as an earlier one.

    Half of the shorter one's words of four letters and more is enough: a customer who puts the same
    question again does not want the answer that was rejected.
    """
    words, known = _content_words(question), _content_words(earlier)
    fewer = min(len(words), len(known))
    return fewer > 0 and len(words & known) * 2 >= fewer


def says_little_new(question: str, earlier: str) -> bool:
    """Whether a question adds next to no word to an earlier one: less than a quarter of its own."""
    words = _content_words(question)
    return bool(words) and len(words - _content_words(earlier)) * 4 < len(words)


def _content_words(text: str) -> set[str]:
    return set(re.findall(r"\w{4,}", text.lower()))
