"""LangChain's hybrid search on our passages and vectors, in an environment of its own.

EnsembleRetriever (langchain-classic) over BM25Retriever and FAISS (langchain-community): both packages
get no more than security fixes, so Relevo does not use them; they are installed for the comparison.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge import EmbeddedKnowledge
from knowledge.index.rows import as_vectors

PACKAGES = ("langchain-classic<2", "langchain-community<0.5", "rank_bm25", "faiss-cpu", "numpy")
PLACE = Path(tempfile.gettempdir()) / "relevo-langchain-hybrid"
MOST = 120_000
"""BM25Retriever scores every passage in Python for each question; more would take seconds each."""

ASK = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import faiss, numpy as np
faiss.omp_set_num_threads(1)
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.docstore.in_memory import InMemoryDocstore
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
folder = sys.argv[1]
texts, asked = json.load(open(f"{folder}/texts.json")), json.load(open(f"{folder}/asked.json"))
vectors, own = np.load(f"{folder}/vectors.npy"), np.load(f"{folder}/asked.npy")
class Known(Embeddings):
    def embed_documents(self, texts): return [self.embed_query(text) for text in texts]
    def embed_query(self, text): return own[asked.index(text)].tolist()
documents = [Document(page_content=text, id=str(n)) for n, text in enumerate(texts)]
started = time.perf_counter()
bm25 = BM25Retriever.from_documents(documents, k=10)
index = faiss.IndexFlatIP(vectors.shape[1]); index.add(vectors)
store = FAISS(Known(), index, InMemoryDocstore({str(n): d for n, d in enumerate(documents)}),
              {n: str(n) for n in range(len(documents))})
hybrid = EnsembleRetriever(retrievers=[bm25, store.as_retriever(search_kwargs={"k": 10})],
                           weights=[0.5, 0.5])
built = time.perf_counter() - started
spent, processor = [], []
for text in asked:
    started, used = time.perf_counter(), time.process_time()
    hybrid.invoke(text)
    spent.append(time.perf_counter() - started)
    processor.append(time.process_time() - used)
rss = next(int(l.split()[1]) for l in open("/proc/self/status") if "RssAnon" in l) / 1024
print(json.dumps({"built": built, "spent": spent, "processor": processor, "rss": rss}))
"""


def compare_langchain(knowledge: EmbeddedKnowledge, asked: Sequence[str]) -> dict[str, object]:
    """Ask it the same questions; where the packages can't be had, say so."""
    texts, vectors = stored(knowledge.path)
    if len(texts) > MOST:
        return {"LangChain's hybrid": f"not asked at more than {MOST:,} passages"}
    python = environment()
    if python is None:
        return {"LangChain's hybrid": "its packages could not be installed"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
        (folder / "asked.json").write_text(json.dumps(list(asked)), encoding="utf-8")
        np.save(folder / "vectors.npy", vectors)
        np.save(folder / "asked.npy", knowledge.embedder.embed_questions(asked))
        theirs = json.loads(run([str(python), "-c", ASK, name]))
    started = time.process_time()
    for text in asked:
        knowledge.embedder.embed_questions([text])
    embedding = (time.process_time() - started) / len(asked)
    middle, late = np.percentile(theirs["spent"], [50, 95])
    processor = np.percentile(theirs["processor"], 50)
    return {
        "LangChain's hybrid": f"p50 {1000 * middle:.1f} ms, p95 {1000 * late:.1f} ms "
        f"(processor: {1000 * processor:.1f}), built in {theirs['built']:.1f} s, {theirs['rss']:.0f} MiB",
        "of which we embed ourselves": f"{1000 * embedding:.1f} ms, which it is given for nothing",
    }


def stored(path: Path) -> tuple[list[str], "np.ndarray[tuple[int, int], np.dtype[np.float32]]"]:
    """The texts and vectors of an index."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT text, vector FROM passage ORDER BY id").fetchall()
    connection.close()
    return [row[0] for row in rows], as_vectors([row[1] for row in rows])


def environment() -> Path | None:
    """An environment with the packages, made once."""
    python = PLACE / "bin" / "python"
    if not (PLACE / "ready").exists():
        venv.create(PLACE, with_pip=True)
        try:
            run([str(python), "-m", "pip", "install", "-qq", *PACKAGES])
        except subprocess.CalledProcessError:
            return None
        (PLACE / "ready").touch()
    return python


def run(command: Sequence[str]) -> str:
    """Run on one core and give what it prints."""
    threads = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")}
    done = subprocess.run(  # noqa: S603
        command,
        check=True,
        stdout=subprocess.PIPE,
        stderr=sys.stderr,
        text=True,
        env={**os.environ, **threads},
    )
    return done.stdout
