"""What every store of passages must do: subclass ``StoreContract``.

The subclass's module gives a fixture ``stage`` (a ``StoreStage``).
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.vocabulary.knowledge import Audience, Query
from tests.contracts.store_kit import DOCUMENTS, StoreStage, ids, search

ENGLISH = Query(text="How many days do parcels need?", language="en")


class StoreContract:
    """All the tests."""

    def test_the_document_that_answers_is_found(self, stage: StoreStage) -> None:
        stage.add(DOCUMENTS)
        (found,) = search(stage.store(), ENGLISH, "en")
        assert found.language == "en"
        best = found.hits[0]
        assert (best.doc_id, best.title, best.language) == ("docs/delivery.md", "Delivery", "en")
        assert "three days" in best.text
        assert 0 < best.lexical <= 1
        assert 0 < best.cosine <= 1
        assert found.hits == tuple(sorted(found.hits, key=lambda hit: -hit.score))

    def test_of_the_best_document_the_section_that_answers_comes_first(
        self, stage: StoreStage
    ) -> None:
        stage.add(DOCUMENTS)
        query = Query(text="How much does a return cost?", language="en")
        (found,) = search(stage.store(), query, "en")
        assert found.answering[0].headings == ("Costs",)
        assert {hit.doc_id for hit in found.answering} == {"docs/returns.md"}

    def test_passages_around_the_best_one_are_looked_at(self, stage: StoreStage) -> None:
        sections = (f"## Model {n}\n\nModel {n} weighs {n} kilograms." for n in range(50, 150))
        stage.add({"long.md": "# Weights\n\n" + "\n\n".join(sections)})
        query = Query(text="What does model 97 weigh?", language="en")
        (found,) = search(stage.store(), query)
        assert found.answering[0].headings == ("Model 97",)
        assert len(found.answering) == 30
        assert len({hit.passage for hit in found.answering}) == 30

    def test_it_knows_its_documents_and_languages(self, stage: StoreStage) -> None:
        stage.add(DOCUMENTS)
        store = stage.store()
        assert store.languages() == {"en": 4, "es": 1}
        assert tuple(store.documents().values()) == stage.author.documents_now()

    def test_a_language_without_documents_is_passed_over(self, stage: StoreStage) -> None:
        stage.add(DOCUMENTS)
        assert search(stage.store(), ENGLISH, "fr") == []
        assert [one.language for one in search(stage.store(), ENGLISH, "fr", "es")] == ["es"]

    def test_another_language_helps_out(self, stage: StoreStage) -> None:
        stage.add(DOCUMENTS)
        query = Query(text="Is there a guarantee?", language="en")
        answer = stage.knowledge().answer_now(query)
        assert answer.language == "es"
        assert [source.doc_id for source in answer.sources] == ["docs/es/garantia.md"]

    def test_misspelt_words_are_understood(self, stage: StoreStage) -> None:
        stage.add(DOCUMENTS)
        query = Query(text="where is my invioce", language="en")
        assert ids(search(stage.store(), query, "en"))[0] == "docs/invoices.md"

    def test_rejected_documents_are_left_out(self, stage: StoreStage) -> None:
        stage.add(DOCUMENTS)
        rejected = frozenset({"docs/delivery.md", "docs/no-such.md"})
        query = Query(text=ENGLISH.text, language="en", excluded=rejected)
        assert "docs/delivery.md" not in ids(search(stage.store(), query))

    @pytest.mark.parametrize(
        ("audience", "seen"),
        [
            (Audience.PUBLIC, {"all"}),
            (Audience.MEMBERS, {"all", "club"}),
            (Audience.INTERNAL, {"all", "club", "staff"}),
        ],
    )
    def test_nobody_sees_what_is_for_others(
        self, stage: StoreStage, audience: Audience, seen: set[str]
    ) -> None:
        text = "---\naudience: {}\n---\n# Parcels\n\nParcels need three days."
        kinds = {"all": "public", "club": "members", "staff": "internal"}
        stage.add({f"{name}.md": text.format(kind) for name, kind in kinds.items()})
        query = Query(text=ENGLISH.text, language="en", audience=audience)
        found = search(stage.store(), query)
        assert set(ids(found)) == {f"docs/{name}.md" for name in seen}
        shown = {hit.labels.audience for one in found for hit in one.hits}
        assert shown <= {kind for kind in Audience if audience.may_read(kind)}

    def test_other_products_and_versions_are_left_out(self, stage: StoreStage) -> None:
        text = "---\ntags: [{}]\n---\n# Parcels\n\nParcels need three days."
        tags = {"old": "version:1", "new": "version:2", "shop": "product:shop"}
        stage.add({f"{name}.md": text.format(tag) for name, tag in tags.items()})
        query = Query(text=ENGLISH.text, language="en", tags=frozenset({"version:2"}))
        assert set(ids(search(stage.store(), query))) == {"docs/new.md", "docs/shop.md"}

    def test_a_store_that_may_show_nothing_finds_nothing(self, stage: StoreStage) -> None:
        stage.add({"staff.md": "---\naudience: internal\n---\n# Parcels\n\nThree days."})
        (found,) = search(stage.store(), ENGLISH)
        assert (found.hits, found.answering) == ((), ())

    def test_changes_are_seen_by_the_next_search(self, stage: StoreStage) -> None:
        stage.add(DOCUMENTS)
        store = stage.store()
        assert "three days" in search(store, ENGLISH, "en")[0].hits[0].text
        stage.add({"delivery.md": "# Delivery\n\nParcels need five days."})
        texts = [hit.text for hit in search(store, ENGLISH, "en")[0].hits]
        assert any("five days" in text for text in texts)
        assert not any("three days" in text for text in texts)
        stage.drop("delivery.md")
        assert "docs/delivery.md" not in ids(search(store, ENGLISH))
        assert "docs/delivery.md" not in store.documents()
        assert store.languages() == {"en": 3, "es": 1}

    def test_a_vanished_language_vanishes(self, stage: StoreStage) -> None:
        stage.add(DOCUMENTS)
        store = stage.store()
        search(store, ENGLISH)
        stage.drop("es/garantia.md")
        assert search(store, ENGLISH, "es") == []
        assert set(store.languages()) == {"en"}

    def test_a_new_store_is_empty_and_says_so_or_finds_nothing(self, stage: StoreStage) -> None:
        stage.publish()
        store = stage.store()
        assert store.languages() == {}
        assert search(store, ENGLISH, "en") == []

    def test_each_search_sees_one_state_as_a_whole(self, stage: StoreStage) -> None:
        """Two documents change together again and again; no reader may see one of each."""
        pages = ("a.md", "b.md")
        text = "# Parcels {}\n\nParcels need {} days, says page {}."

        def add(days: int) -> None:
            stage.add({name: text.format(name, days, name) for name in pages})

        add(0)
        stopped = Event()

        def watch() -> list[set[str]]:
            store = stage.store()
            seen: list[set[str]] = []
            while not stopped.is_set() or not seen:
                (found,) = search(store, ENGLISH, "en")
                seen.append({f"{hit.doc_id}: {hit.text}" for hit in found.hits})
            return seen

        with ThreadPoolExecutor(3) as threads:
            watchers = [threads.submit(watch) for _ in range(3)]
            for days in range(1, 6):
                add(days)
            stopped.set()
            seen = [one for watcher in watchers for one in watcher.result()]
        whole = [
            {f"docs/{name}: Parcels need {days} days, says page {name}." for name in pages}
            for days in range(6)
        ]
        assert all(one in whole for one in seen)

    def test_whatever_is_asked_is_survived(self, stage: StoreStage) -> None:
        stage.add(DOCUMENTS)
        store = stage.store()

        @given(st.text(max_size=40))
        @settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
        def survive(text: str) -> None:
            for found in search(store, Query(text=text, language="en"), "en", limit=2):
                assert len(found.hits) <= 2
                assert all(0 <= hit.score <= 1 for hit in found.hits)

        survive()
