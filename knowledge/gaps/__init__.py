"""What the knowledge lacks: gaps that ask for the same thing, put together, ranked and explained.

- ``telling``: the telling words of questions as vectors, across languages
- ``likeness``: how alike questions are
- ``linkage``: puts together what is alike
- ``clusters``: gaps → clusters, each with the question that says it best
- ``report``: clusters → what an admin reads: how often, what it costs, what is near; ``hints``: what
  may help
"""

from knowledge.gaps.clusters import Cluster, cluster_gaps
from knowledge.gaps.report import GapReport, Nearest, report_gaps

__all__ = ["Cluster", "GapReport", "Nearest", "cluster_gaps", "report_gaps"]
