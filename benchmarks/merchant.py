"""A merchant's thirty questions to a running Relevo that has loaded a real knowledge base.

    python -m benchmarks merchant

Starts ``relevo run`` with the playground, loads ``../shared/data/docs-small`` (English and Spanish
articles and two PDFs) with ``relevo kb add`` while it runs, and asks the questions of
``merchant_questions.tsv`` over a real WebSocket, each as a new customer. Prints what came out; ten
of the questions can't be answered from those documents.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from benchmarks.report import show

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ROOT.parent / "shared" / "data" / "docs-small"
QUESTIONS = Path(__file__).with_name("merchant_questions.tsv")
PATIENCE = 20.0


def main() -> None:
    if not DOCUMENTS.is_dir():
        print(f"skipped: there is no {DOCUMENTS}")
        return
    with tempfile.TemporaryDirectory(prefix="relevo-merchant-") as folder:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "RELEVO_PLAYGROUND__ENABLED": "true",
            "RELEVO_DESK__CHANNEL": "playground:desk",
            "RELEVO_HTTP__PORT": "0",
        }
        command = [sys.executable, "-m", "bot", "run"]
        with subprocess.Popen(  # noqa: S603
            command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            port = next(found for line in process.stderr if (found := _port(line)))
            load = [sys.executable, "-m", "bot", "kb", "add", str(DOCUMENTS)]
            subprocess.run(load, cwd=folder, env=environment, check=True)  # noqa: S603
            asyncio.run(ask_all(port))
            process.terminate()


def _port(line: str) -> int | None:
    found = re.search(r'"event": "ready".*"port": (\d+)', line)
    return int(found[1]) if found else None


async def ask_all(port: int) -> None:
    counts: Counter[str] = Counter()
    for number, line in enumerate(QUESTIONS.read_text(encoding="utf-8").splitlines()):
        language, answerable, question = line.split("\t")
        said, receipt = await ask(port, f"merchant{number}", question)
        decision = receipt["decision"]
        counts[f"{'answerable' if answerable == 'yes' else 'unanswerable'}: {decision}"] += 1
        sources = ", ".join(source["title"] for source in receipt["sources"])
        print(f"\n[{language}, {answerable}] {question}\n  {decision} {receipt['confidence']:.2f}")
        if decision == "answer":
            print(f"  {' '.join(said.split())[:160]}\n  ← {sources}")
        else:
            best = [*receipt["sources"], *receipt["considered"]][:1]
            print(f"  nearest: {best[0]['title'] if best else 'nothing'}")
    show("thirty questions", counts)


async def ask(port: int, customer: str, text: str) -> tuple[str, dict[str, Any]]:
    """Ask as one customer; what is said, and the receipt of it."""
    origin = f"http://127.0.0.1:{port}"
    place = f"playground:demo:{customer}"
    who = {"role": "customer", "id": customer, "name": customer}
    async with (
        asyncio.timeout(PATIENCE),
        ClientSession() as session,
        session.ws_connect(f"{origin}/playground/ws", origin=origin) as socket,
    ):
        await socket.send_json({"type": "hello", "customers": [customer], "thread": None})
        await socket.send_json({"type": "say", "id": f"{customer}-1", "who": who, "text": text})
        said = ""
        async for message in socket:
            frame = json.loads(message.data)
            if frame["type"] == "line" and frame["line"]["voice"] == "bot":
                said = str(frame["line"]["source"])
                await socket.send_json({"type": "receipts", "conversation": place})
            elif frame["type"] == "receipts":
                return said, frame["receipts"][0]
    raise RuntimeError(f"no reply to {text!r}")


if __name__ == "__main__":
    main()
