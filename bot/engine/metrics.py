"""What the engine counts, for ``/metrics``. Labels are bounded: never a user, never a text."""

from prometheus_client import Counter, Gauge, Histogram

accepted = Counter("relevo_inbox_events", "Events handed to the inbox", ["platform", "result"])
turns = Counter("relevo_turns", "Turns stored", ["outcome"])
stale = Counter("relevo_turns_stale", "Turns that ran again because the conversation changed")
failed = Counter("relevo_turns_failed", "Tries of a turn that ended in an error")
dead = Counter("relevo_dead_letters", "Messages given to a human after three failed tries")
lessons = Counter("relevo_lessons", "Messages that were to be learnt from", ["result"])
"""``result``: ``learnt``, ``dropped`` unread, ``delayed`` for another try, ``given_up``."""

facts = Counter("relevo_facts", "Facts that were learnt")
episodes = Counter("relevo_episodes", "Conversations that were concluded as an episode")
unreadable = Counter(
    "relevo_memory_unreadable", "Times that what is remembered of somebody could not be decrypted"
)
sends = Counter("relevo_sends", "Tries to show a message", ["platform", "result"])
turn_seconds = Histogram(
    "relevo_turn_seconds",
    "From the start of a turn to its stored plan",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
adapter_up = Gauge("relevo_adapter_up", "Whether a platform's adapter is receiving", ["platform"])
adapter_restarts = Counter("relevo_adapter_restarts", "Restarts of an adapter", ["platform"])
