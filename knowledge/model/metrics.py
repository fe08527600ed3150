"""What is counted of language models, for ``/metrics``. ``model`` is the setting's value."""

from prometheus_client import Counter, Gauge, Histogram

calls = Counter("relevo_model_calls", "Calls of a language model", ["model", "outcome"])
"""``outcome``: ``written``, ``cancelled``, or the name of a failure."""

tokens = Counter("relevo_model_tokens", "Tokens that calls have used", ["model", "kind"])
"""``kind``: ``input``, of which ``cached`` came from the provider's cache, and ``output``."""

claims = Counter("relevo_model_claims", "Sentences of language models", ["result"])
"""``result``: ``kept``, or ``cut`` because no cited passage says so."""

facts = Counter("relevo_model_facts", "Facts that language models have read", ["result"])
"""``result``: ``proposed``, or ``cut`` because the customer's words don't say so."""

first_token_seconds = Histogram(
    "relevo_model_first_token_seconds",
    "From a call to its first words",
    ["model"],
    buckets=(0.1, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 20),
)
breaker = Gauge(
    "relevo_model_breaker", "0: the model is asked, 1: it is tried, 2: it rests", ["model"]
)
