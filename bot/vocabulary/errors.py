"""The errors of Relevo.

RelevoError
├── ConfigurationError            the settings are wrong: names the setting, never its value
├── DocumentError                 a document can't be read: names file, line and cure
├── KnowledgeUnavailableError     the index can't be read: answer honestly, offer a human
├── BudgetExceededError           a cap of the language model is reached: answer without it
├── StateUnavailableError         Redis can't be reached or refused: accept nothing
├── UnreadableMemoryError         what is remembered of somebody can't be decrypted: go on without it
├── UnstorableError               an event can't be written down, ever: pass it over, tell the log
├── InvalidTransitionError        a case can't take this step in its present status
└── AdapterError                  a platform said no
    ├── AuthenticationError       stop this adapter, keep the others
    ├── RateLimitedError          wait ``retry_after`` seconds
    ├── DeliveryError             permanent: blocked, channel gone
    └── ConnectionLostError       ambiguous or temporary: retry with the same key

Each message is one sentence that names the cause and the cure. SDK errors are translated at the
border with ``raise ... from``.
"""

from typing import cast


class RelevoError(Exception):
    """Base of all errors that Relevo raises on purpose; its text may be shown to an operator."""


class ConfigurationError(RelevoError):
    """Raised at start or on a command when a setting is missing, unknown or wrong."""


class DocumentError(RelevoError):
    """Raised when one document can't be read; the others are still loaded."""


class KnowledgeUnavailableError(RelevoError):
    """Raised when the knowledge index can't be opened or read."""


class BudgetExceededError(RelevoError):
    """Raised when one more call of a language model would pass a cap; the text says which one."""


class StateUnavailableError(RelevoError):
    """Raised when Redis did not do what was asked within its deadline."""


class UnreadableMemoryError(RelevoError):
    """Raised when what is stored of an owner can't be decrypted: by another key, or not its own."""


class LearningDelayedError(RelevoError):
    """What was said could not be learnt from now; it must be tried again."""


class UnstorableError(RelevoError):
    """Raised for an event that can't be written down, now or ever: it must hold up no other."""


class InvalidTransitionError(RelevoError):
    """Raised when a case is asked for a step that its status does not allow."""


class AdapterError(RelevoError):
    """Raised when a platform refuses or fails."""


class AuthenticationError(AdapterError):
    """Raised when the platform refuses our credentials."""


class RateLimitedError(AdapterError):
    """Raised when the platform asks us to wait ``retry_after`` seconds."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class DeliveryError(AdapterError):
    """Raised when a message can never be delivered there.

    ``thread_gone`` says that somebody has deleted the thread, so that another one may be opened.
    """

    def __init__(self, message: str, *, thread_gone: bool = False) -> None:
        super().__init__(message)
        self.thread_gone = thread_gone


class ConnectionLostError(AdapterError):
    """Raised when it is unknown whether the platform took the message."""


def first_error(group: ExceptionGroup[Exception]) -> Exception:
    """Return the error that came first in a task group, for that one has cancelled the others."""
    error: Exception | ExceptionGroup[Exception] = group.exceptions[0]
    while isinstance(error, ExceptionGroup):
        error = cast("ExceptionGroup[Exception]", error).exceptions[0]
    return error
