"""Replies are read while they arrive, wherever they are cut, and whatever stands in them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model.reply import Claim, ReplyReader, is_reply

TEXTS = st.text(min_size=1, max_size=40).filter(lambda text: bool(text.strip()))
CLAIMS = st.lists(
    st.fixed_dictionaries({"text": TEXTS, "sources": st.lists(st.sampled_from(["p1", "p2"]))}),
    max_size=4,
)
REPLIES = st.fixed_dictionaries({"answerable": st.booleans(), "claims": CLAIMS})


def write(value: object, *, is_ascii: bool, indent: int | None) -> str:
    return json.dumps(value, ensure_ascii=is_ascii, indent=indent)


WRITTEN = st.builds(write, REPLIES, is_ascii=st.booleans(), indent=st.sampled_from([None, 2]))


def read(text: str, *, size: int) -> tuple[ReplyReader, list[Claim]]:
    reader = ReplyReader()
    claims: list[Claim] = []
    for at in range(0, len(text), size):
        claims += reader.feed(text[at : at + size])
    return reader, claims


@given(WRITTEN, st.integers(min_value=1, max_value=50))
def test_every_claim_is_found_wherever_the_stream_is_cut(text: str, size: int) -> None:
    reader, claims = read(text, size=size)
    value = json.loads(text)
    assert reader.is_complete
    assert reader.answerable == value["answerable"]
    assert [claim.text for claim in claims] == [one["text"].strip() for one in value["claims"]]
    assert [list(claim.sources) for claim in claims] == [
        list(dict.fromkeys(one["sources"])) for one in value["claims"]
    ]


@given(WRITTEN, st.data())
def test_a_reply_without_its_end_is_never_complete(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    reader, claims = read(text[:cut], size=7)
    assert not reader.is_complete
    assert len(claims) <= len(json.loads(text)["claims"])


@given(st.text(alphabet='{}[]",:\\ \nanswerclmtxu1', max_size=200), st.integers(1, 9))
def test_no_text_upsets_the_reader(text: str, size: int) -> None:
    reader, claims = read(text, size=size)
    assert all(claim.text for claim in claims)
    assert not reader.is_complete or reader.answerable is not None


def test_a_claim_is_there_before_the_reply_ends_and_so_is_what_was_said_first() -> None:
    reader = ReplyReader()
    begin = '{"answerable": true, "claims": [{"text": "One \\"two\\" {3}.", "sources": [1]}'
    assert reader.feed(begin) == [Claim(text='One "two" {3}.', sources=("1",))]
    assert reader.answerable is True
    assert not reader.is_complete


def test_other_lists_are_no_claims() -> None:
    text = '{"answerable": true, "notes": [{"text": "x", "sources": []}], "claims": []}'
    reader, claims = read(text, size=5)
    assert claims == []
    assert reader.is_complete


def test_an_object_that_turns_out_wrong_spoils_all_that_follows() -> None:
    wrong = '{"claims": [{"text": "x", "sources": ["p1"]}], "answerable": 1}'
    right = '{"answerable": true, "claims": []}'
    reader, claims = read(f"{wrong} {right}", size=6)
    assert len(claims) == 1
    assert reader.is_broken
    assert not reader.is_complete


OTHERS: list[object] = [
    None,
    [],
    {"answerable": True},
    {"answerable": 1, "claims": []},
    {"answerable": True, "claims": {}},
    {"answerable": True, "claims": ["x"]},
    {"answerable": True, "claims": [{"text": 3, "sources": []}]},
    {"answerable": True, "claims": [{"text": "x", "sources": "p1"}]},
    {"answerable": True, "claims": [{"text": "x", "sources": [True]}]},
    {"answerable": True, "claims": [{"text": "x" * 2001, "sources": []}]},
]


@pytest.mark.parametrize("value", OTHERS)
def test_other_forms_are_refused(value: object) -> None:
    assert not is_reply(value)
    assert is_reply({"answerable": True, "claims": [{"text": "x", "sources": ["p1"], "sure": 1}]})
