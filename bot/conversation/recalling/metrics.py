"""What is counted of recalls, for ``/metrics``. Labels are bounded: never a user, never a text."""

from prometheus_client import Counter, Histogram

recalls = Counter("relevo_recalls", "Turns for which the memory was asked", ["result"])
recall_seconds = Histogram(
    "relevo_recall_seconds",
    "How long a turn waited for the memory",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5),
)
raised = Counter("relevo_threads_raised", "Open threads that customers were asked about")
