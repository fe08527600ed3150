"""How long a text is for a model, without its tokenizer.

The exact count would need each provider's own tokenizer, and the usual one loads its table over the
network. Caps need an estimate that is rather too high than too low.
"""

_BYTES_PER_TOKEN = 3
"""English has about four bytes to a token and Spanish three and a half (cl100k and o200k tables)."""


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text has, rather too many."""
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN)


def cut_to_tokens(text: str, tokens: int) -> str:
    """Return the beginning of a text, whole lines or else whole words, of at most so many tokens."""
    if estimate_tokens(text) <= tokens:
        return text
    most = max(tokens, 0) * _BYTES_PER_TOKEN
    begin = text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")
    for end in ("\n", " "):
        whole = begin.rpartition(end)[0]
        if len(whole) * 2 > len(begin):
            return whole.rstrip()
    return begin
