"""Nothing that a document for fewer people says comes out of the knowledge base, in any way."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.vocabulary.knowledge import Answer, Audience, Query, Source
from knowledge import EmbeddedKnowledge, ingest, open_embedded
from knowledge.index.writer import open_writer

# Each document has a word that stands nowhere else and is never asked for: the canary.
ENGLISH = {
    "public": ["Parcels need three days. Returns are free within thirty days.", "Pans hold for life."],
    "members": ["Members return parcels within ninety days and get pans ten percent off."],
    "internal": ["Our margin on pans is sixty percent; parcels cost us four euros.", ("Refund angry "
                 "customers of returned parcels up to fifty euros at once.")],
}  # fmt: skip
SPANISH = {
    "public": ["Los paquetes tardan tres días. Devolver una sartén es gratis.", "Abrimos a las diez."],
    "members": ["Los socios devuelven paquetes en noventa días y pagan menos por cada sartén."],
    "internal": ["El margen de cada sartén es del sesenta por ciento; el paquete cuesta cuatro euros."],
}  # fmt: skip
WORDS = sorted(
    {word.strip(".;,").lower() for texts in (*ENGLISH.values(), *SPANISH.values())
     for text in texts for word in text.split()}
    | {"how", "much", "cuánto", "margn", "margins", "refnd", "parcles", "sartenes", "devolucion"}
)  # fmt: skip
PRODUCTS = ("shop", "app")


@pytest.fixture(scope="module", params=[False, True], ids=["small", "large"])
def knowledge(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EmbeddedKnowledge]:
    """Some documents for each audience and product, in two languages.

    They are kept as those of a small index are, or as those of one too large for the memory.
    """
    folder: Path = tmp_path_factory.mktemp("audiences")
    for language, texts in (("en", ENGLISH), ("es", SPANISH)):
        for audience, said in texts.items():
            for number, text in enumerate(said):
                for product in (*PRODUCTS, ""):
                    name = f"{audience}-{language}-{number}-{product or 'all'}"
                    tag = f"product: {product}\n" if product else ""
                    front = f"---\nid: {name}\nlang: {language}\naudience: {audience}\n{tag}---\n"
                    body = f"# Canary{audience} {name}\n\n## Canary{audience}\n\n{text}\n"
                    canary = f"\nCanary{audience}: {text}\n"
                    (folder / f"{name}.md").write_text(f"{front}{body}{canary}")
    opened = open_embedded(folder / "data")
    assert len(ingest(opened, sorted(folder.glob("*.md"))).added) == 27
    if request.param:
        with open_writer(opened.path, opened.embedder, signed_from=1) as writer:
            assert writer.remove("public-en-1-all")
    yield opened
    opened.close_now()


def queries() -> st.SearchStrategy[Query]:
    text = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
    names = [
        f"{audience}-{language}-{number}-{product}"
        for audience in Audience
        for language in ("en", "es")
        for number in (0, 1)
        for product in (*PRODUCTS, "all")
    ]
    return st.builds(
        Query,
        text=text,
        language=st.sampled_from(["en", "es", "fr"]),
        history=st.lists(text, max_size=2).map(tuple),
        excluded=st.frozensets(st.sampled_from(names), max_size=12),
        audience=st.sampled_from(Audience),
        tags=st.frozensets(
            st.sampled_from(["product:shop", "product:app", "version:1"]), max_size=1
        ),
    )


def check(query: Query, sources: tuple[Source, ...], everything: object) -> None:
    for source in sources:
        assert query.audience.may_read(source.audience)
        assert source.doc_id.startswith(f"{source.audience}-")
        assert source.doc_id not in query.excluded
        assert not source.tags or not query.tags or source.tags[0] in query.tags | {"version:1"} or (
            query.tags == {"version:1"}
        )  # fmt: skip
    shown = repr(everything).lower()
    for audience in Audience:
        if not query.audience.may_read(audience):
            assert f"canary{audience}" not in shown


@settings(max_examples=30)
@given(queries())
def test_neither_answers_nor_sources_say_what_is_for_fewer(
    knowledge: EmbeddedKnowledge, query: Query
) -> None:
    answer: Answer = knowledge.answer_now(query)
    check(query, (*answer.sources, *answer.considered), asdict(answer))
    evidence = knowledge.evidence_now(query)
    passages = tuple(passage.source for passage in evidence.passages)
    check(query, passages, asdict(evidence))
    found = knowledge.search_now(query, 50)
    check(query, found, [asdict(source) for source in found])


def test_the_canaries_come_out_to_those_who_may_hear_them(knowledge: EmbeddedKnowledge) -> None:
    for language, question in (("en", "our margin on pans"), ("es", "el margen de cada sartén")):
        query = Query(text=question, language=language, audience=Audience.INTERNAL)
        assert "sixty" in (text := knowledge.answer_now(query).text) or "sesenta" in text
        found = {source.audience for source in knowledge.search_now(query, 50)}
        assert found == set(Audience)


def test_what_is_hidden_takes_no_place_of_what_is_not(knowledge: EmbeddedKnowledge) -> None:
    """However well hidden passages fit, others are found as if those were not there."""
    query = Query(text="margin refund angry parcels", language="en")
    found = knowledge.search_now(query, 50)
    assert {s.doc_id for s in found if s.language == "en"} >= {
        f"public-en-0-{product}" for product in ("shop", "app", "all")
    }
