"""UTF-16 code units, in which Telegram counts lengths and offsets."""


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 units: an emoji outside the basic plane counts two."""
    return len(text) + sum(character > "\uffff" for character in text)


def index_at(text: str, units: int) -> int:
    """Return the index of the character that begins ``units`` UTF-16 units into the text.

    Within a pair it is the index after it, beyond the end the text's length.
    """
    passed = 0
    for index, character in enumerate(text):
        if passed >= units:
            return index
        passed += 2 if character > "\uffff" else 1
    return len(text)


def utf16_slice(text: str, offset: int, length: int) -> str:
    """Return the part that begins at ``offset`` and is ``length`` long, both in UTF-16 units."""
    return text[index_at(text, offset) : index_at(text, offset + length)]
