"""What is counted of a store on the network, for ``/metrics``."""

from prometheus_client import Counter

searches = Counter("relevo_knowledge_searches", "Searches of a shared index", ["answered"])
"""``answered``: by the ``store``, by this machine's ``copy``, or by ``nobody``."""
