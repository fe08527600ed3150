"""A stand-in for a language model, in a process of its own: prints its address and serves until ended.

It answers at once with the first sentences of the first passage, a piece of about four characters at a
time, as models stream their tokens.
"""

import asyncio

from knowledge.language.sentences import split_sentences
from tests.knowledge.model.kit import passages_of, reply
from tests.knowledge.model.server import Json, Says, running_server

SENTENCES = 3
PIECE = 4


def write(body: Json) -> Says:
    first = passages_of(body)[0]
    lines = first["text"].splitlines()
    sentences = [one for line in lines for one in split_sentences(line)][:SENTENCES]
    return Says(text=reply(*((one, first["id"]) for one in sentences)), size=PIECE)


async def main() -> None:
    async with running_server() as server:
        server.always = write
        print(server.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
