"""Lets a model that reads question and passage together order what a store has found.

- ``options``   what an operator says of it
- ``reranker``  the socket, and who builds what the options ask for
- ``http``      a server with the API of Cohere, Jina, vLLM or text-embeddings-inference
- ``local``     a cross-encoder on this machine, through sentence-transformers
- ``store``     a ``PassageStore`` whose documents are in the reranker's order
"""

from knowledge.reranking.options import RerankingOptions
from knowledge.reranking.reranker import Reranker, open_reranker, try_reranker
from knowledge.reranking.store import RerankedStore

__all__ = ["RerankedStore", "Reranker", "RerankingOptions", "open_reranker", "try_reranker"]
