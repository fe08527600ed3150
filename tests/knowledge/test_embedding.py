"""Vectors without a model: meaning across languages, spelling, and both in one."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.distil_words import even_out, write
from knowledge.embedding import Blend, HashedSubwords, StaticEmbedder, default_embedder
from knowledge.embedding.word_vectors import read_table, word_vectors

EMBEDDERS: list[StaticEmbedder] = [HashedSubwords(64), word_vectors(), default_embedder()]

PAIRS = [
    ("How do I get my money back?", "refund", "shipping"),
    ("¿Cómo cambio la contraseña?", "password", "invoice"),
    ("my parcel has not arrived", "el envío no ha llegado", "la sartén está oxidada"),
    ("cancel my subscription", "cancelar la suscripción", "crear una cuenta"),
    ("factura", "invoice", "delivery"),
    ("opening hours", "horario de apertura", "código de descuento"),
]


def cosine(embedder: StaticEmbedder, left: str, right: str) -> float:
    one, other = embedder.embed([left, right])
    return float(one @ other)


@pytest.mark.parametrize(("text", "near", "far"), PAIRS)
def test_what_means_alike_is_near_in_both_languages(text: str, near: str, far: str) -> None:
    for embedder in (word_vectors(), default_embedder()):
        assert cosine(embedder, text, near) > cosine(embedder, text, far) + 0.1


def test_an_unknown_ending_hides_no_word() -> None:
    table = word_vectors()
    assert cosine(table, "refundx", "refund") == pytest.approx(1)
    assert not table.embed(["zzzzqqqq 12345"]).any()


def test_a_word_that_stands_everywhere_counts_little() -> None:
    assert cosine(word_vectors(), "the refund of the", "refund") > 0.9


def test_spelling_forgives_typos() -> None:
    right, typo, other = HashedSubwords().embed(
        ["reset your password", "resett my pasword", "delivery times to Portugal"]
    )
    assert right @ typo > 0.45
    assert right @ typo > 4 * abs(right @ other)


@pytest.mark.parametrize("embedder", EMBEDDERS, ids=lambda one: one.fingerprint)
@given(texts=st.lists(st.text(max_size=60), max_size=4))
def test_vectors_have_length_one_or_none(embedder: StaticEmbedder, texts: list[str]) -> None:
    vectors = embedder.embed([*texts, "hello world", ""])
    assert (vectors.dtype, vectors.shape) == (np.float32, (len(texts) + 2, embedder.dimensions))
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all((np.abs(lengths - 1) < 1e-4) | (lengths == 0))
    assert lengths[-2] == pytest.approx(1, abs=1e-4)
    assert lengths[-1] == 0


def test_each_embedder_has_a_name_of_its_own() -> None:
    names = {one.fingerprint for one in (*EMBEDDERS, HashedSubwords(128))}
    assert len(names) == len(EMBEDDERS) + 1


def test_in_a_blend_the_one_that_knows_words_speaks_alone() -> None:
    spelling = HashedSubwords(64)
    blend = Blend(word_vectors(), spelling, share=0.4)
    left, right = "xqzvw plok", "xqzvw plok grmpf"
    assert cosine(blend, left, right) == pytest.approx(cosine(spelling, left, right), abs=1e-5)
    both = cosine(blend, "refund", "reembolso")
    parts = (cosine(word_vectors(), "refund", "reembolso"), cosine(spelling, "refund", "reembolso"))
    assert both == pytest.approx((parts[0] + 0.4 * parts[1]) / 1.4, abs=1e-5)


def test_four_bits_keep_a_vector(tmp_path: Path) -> None:
    names = [f"{letter}{other}" for letter in "abcdefgh" for other in "rstuvwxyz"]
    vectors = np.random.default_rng(1).normal(size=(len(names), 64)).astype(np.float32)
    lengths = np.linspace(0.1, 3, len(names), dtype=np.float32)
    table = vectors / np.linalg.norm(vectors, axis=1, keepdims=True) * lengths[:, None]
    write(tmp_path / "table.npz", names, table)
    read = read_table(tmp_path / "table.npz")
    assert np.all(np.einsum("ij,ij->i", read.embed(names), table / lengths[:, None]) > 0.97)
    whole = read.embed([" ".join(names)])[0]
    assert whole @ (table.sum(axis=0) / np.linalg.norm(table.sum(axis=0))) > 0.97


def test_what_all_words_have_in_common_is_dropped() -> None:
    rng = np.random.default_rng(2)
    common = rng.normal(size=384).astype(np.float32) * 40
    signs = rng.choice([-1, 1], size=(900, 1)).astype(np.float32)
    vectors = rng.normal(size=(900, 384)) + signs * common
    evened = even_out(vectors.astype(np.float32))
    assert abs(float((evened * signs).mean(axis=0).max())) < 0.02
