"""What went wrong with Redis, in words that name the cure.

The server's own texts are left out: some quote the arguments of a command, which are customers'
words. The original error stays attached as ``__cause__``.
"""

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import MaxConnectionsError, RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

_POOL_IS_EMPTY = "No connection available."
"""The client library says it with a plain ``ConnectionError``."""

_REFUSALS = {
    "BUSY": "is kept busy by a script: wait, or restart it",
    "CLUSTERDOWN": "reports that its cluster is down: repair the cluster",
    "LOADING": "is still loading its data: wait until it is ready",
    "MASTERDOWN": "has lost its primary: repair the replication",
    "MISCONF": "can't write to its disk: free some space there",
    "NOAUTH": "wants a password: put it into redis.url",
    "NOPERM": "does not allow the user of redis.url a command: extend that user's rights",
    "NOREPLICAS": "has too few replicas to accept writes: repair the replication",
    "OOM": "has no memory left: give it more, or remove data",
    "READONLY": "is a read-only replica: let redis.url name the primary",
    "WRONGPASS": "refused the user or the password of redis.url: correct them",
}
"""Code that begins the server's error reply → what is wrong and what helps."""


def explain(error: RedisError | OSError, *, seconds: float) -> str:
    """Return one sentence about a failed operation that had ``seconds``."""
    return f"Redis {_cause_and_cure(error, seconds)}."


def refusal_code(error: BaseException | None) -> str | None:
    """Return the code of the server's error reply (``NOPERM``), None when it sent none.

    On unix sockets the client library wraps what the server said during the greeting.
    """
    while isinstance(error, RedisError):
        if error.status_code is not None:
            return error.status_code
        if isinstance(error, ResponseError):
            code = str(error).partition(" ")[0]
            return code if code.isalpha() and code.isupper() else "ERR"
        error = error.__cause__
    return None


def _cause_and_cure(error: RedisError | OSError, seconds: float) -> str:
    if isinstance(error, (TimeoutError, RedisTimeoutError)):
        return f"did not answer within {seconds:g} s: see that it runs and is not overloaded"
    if isinstance(error, MaxConnectionsError) or str(error) == _POOL_IS_EMPTY:
        return f"had no free connection for most of {seconds:g} s: raise redis.pool_size"
    if code := refusal_code(error):
        return _REFUSALS.get(code, f"refused a command ({code}): see the log for its reply")
    if isinstance(error, (RedisConnectionError, OSError)):
        return f"can't be reached ({error}): start it, or correct redis.url".replace(".)", ")")
    return f"could not be understood ({type(error).__name__}): see that redis.url names a Redis"
