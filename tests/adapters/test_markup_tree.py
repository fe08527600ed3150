"""CommonMark as values: any text has a tree, and nothing in it can act."""

import time
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.markup import tree
from adapters.markup.plain import plain
from adapters.markup.tree import (
    Anchor,
    Block,
    Break,
    Code,
    CodeBlock,
    Emphasis,
    Heading,
    Inline,
    Items,
    Paragraph,
    Quote,
    Rule,
    Strike,
    Strong,
    Table,
    Text,
    parse,
    safe_url,
    verbatim,
)

MARKS = "ab 1.*_`~[]()<>!|#>-+=\n\\&;:/\"'é\u0301👍🏽\u200d"
markup = (
    st.text(alphabet=MARKS, max_size=200)
    | st.text(max_size=100)
    | st.text(alphabet=st.characters(exclude_categories=()), max_size=100)
)

HOSTILE = {
    "opening stars": "*a " * 13_000,
    "nested emphasis": "*a " * 6000 + "b*" * 6000,
    "nested strong": "**a " * 5000 + "b**" * 5000,
    "brackets": "[" * 40_000,
    "nested images": "![" * 5000 + "](x)" * 5000,
    "quotes": "> " * 20_000,
    "lists": "- " * 20_000,
    "ticks": "".join("`" * count + " " for count in range(280)),
    "underscores": "_a" * 20_000,
    "angles": "<" * 40_000,
    "rows": "|" * 5000 + "\n" + "|-" * 4999 + "|\n" + "|\n" * 10_000,
    "references": "[a]" * 13_000,
}


def inlines_in(inlines: Sequence[Inline]) -> Iterator[Inline]:
    for inline in inlines:
        yield inline
        if isinstance(inline, Strong | Emphasis | Strike | Anchor):
            yield from inlines_in(inline.of)


def runs_in(block: Block) -> Iterator[Sequence[Inline]]:
    """Every run of inlines under a block."""
    match block:
        case Paragraph() | Heading():
            yield block.of
        case Items():
            inside = (inner for item in block.items for inner in item)
            yield from (run for inner in inside for run in runs_in(inner))
        case Quote():
            yield from (run for inner in block.of for run in runs_in(inner))
        case Table():
            yield from (cell for row in (block.head, *block.rows) for cell in row)
        case CodeBlock() | Rule():
            return


def content(block: Block) -> Iterator[Inline]:
    """Every inline under a block."""
    return (inline for run in runs_in(block) for inline in inlines_in(run))


@given(markup)
@example("[a]: http://x")
@example("![](http://x.example)")
@example(">")
@example("#")
@example("> " * 40 + "deep")
def test_any_text_has_a_tree_and_only_a_blank_one_an_empty_tree(text: str) -> None:
    assert bool(parse(text)) is bool(text.strip())


@given(markup)
@example("[\ud800](http://x/\ud800) <http://a b> [x](java\u200bscript:1)")
def test_nothing_in_a_tree_can_act(text: str) -> None:
    for inline in (inline for block in parse(text) for inline in content(block)):
        if isinstance(inline, Anchor):
            assert safe_url(inline.url) == inline.url
            assert plain((Paragraph(of=inline.of),)).strip()
            assert not any(isinstance(inner, Anchor) for inner in inlines_in(inline.of))
        elif isinstance(inline, Text):
            assert inline.text
            assert "\n" not in inline.text


@given(st.text(alphabet="ab \n#*-", max_size=60))
def test_a_verbatim_text_is_shown_as_it_stands(text: str) -> None:
    assert plain(verbatim(text)) == (text if text.strip() else "")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_text_made_to_hurt_is_read_in_a_moment(name: str) -> None:
    begun = time.process_time()
    assert parse(HOSTILE[name])
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("text", ["> " * 30 + "deep", "- " * 30 + "deep"])
def test_what_is_nested_too_deep_is_shown_as_it_stands(text: str) -> None:
    assert parse(text) == (Paragraph(of=(Text(text=text),)),)


def test_emphasis_too_deep_keeps_its_words() -> None:
    count = 50
    text = "".join(f"*a{n} " for n in range(count)) + "".join(f"b{n}*" for n in range(count))
    [paragraph] = parse(text)
    assert plain((paragraph,)) == text.replace("*", "")
    depth = sum(isinstance(inline, Emphasis) for inline in content(paragraph))
    assert depth == tree.DEEPEST_INLINE


def test_each_kind_of_block() -> None:
    text = (
        "## Hi\n\nOne\ntwo\n\n3. a\n4. b\n   - c\n\n> q\n\n```py x\nx < y\n```\n\n---\n\n"
        "|a|b|\n|-|-|\n|1|**2**|\n|3|\n\n    old\n"
    )
    one, two = Text(text="One"), Text(text="two")
    inner = Items(ordered=False, items=((_p("c"),),))
    assert parse(text) == (
        Heading(level=2, of=(Text(text="Hi"),)),
        Paragraph(of=(one, Break(), two)),
        Items(ordered=True, start=3, items=((_p("a"),), (_p("b"), inner))),
        Quote(of=(_p("q"),)),
        CodeBlock(text="x < y\n", language="py"),
        Rule(),
        Table(
            head=((Text(text="a"),), (Text(text="b"),)),
            rows=(
                ((Text(text="1"),), (Strong(of=(Text(text="2"),)),)),
                ((Text(text="3"),), ()),
            ),
        ),
        CodeBlock(text="old\n"),
    )


def test_each_kind_of_inline() -> None:
    text = "**b** _i_ ~~s~~ `c` [l](https://x.example/y) ![an *image*](http://x) <b> &lt;\\\nend"
    space = Text(text=" ")
    assert parse(text) == (
        Paragraph(
            of=(
                Strong(of=(Text(text="b"),)),
                space,
                Emphasis(of=(Text(text="i"),)),
                space,
                Strike(of=(Text(text="s"),)),
                space,
                Code(text="c"),
                space,
                Anchor(url="https://x.example/y", of=(Text(text="l"),)),
                Text(text=" an image <b> <"),
                Break(),
                Text(text="end"),
            )
        ),
    )


@pytest.mark.parametrize("words", ["", " ", "![](https://y.example/i.png)"])
def test_a_link_without_words_shows_its_address(words: str) -> None:
    [paragraph] = parse(f"[{words}](https://x.example)")
    url = "https://x.example"
    assert paragraph == Paragraph(of=(Anchor(url=url, of=(Text(text=url),)),))


def test_a_picture_in_a_link_is_its_description() -> None:
    [paragraph] = parse(
        "[![a [pan](https://b.example)](https://c.example/i.png)](https://d.example)"
    )
    anchor, *_ = content(paragraph)
    assert anchor == Anchor(url="https://d.example", of=(Text(text="a pan"),))


@pytest.mark.parametrize(
    "url",
    [
        None, "", "javascript:alert(1)", "//x.example", "/x", "http://", "https://[::1", "ftp://x",
        "https://x.example:port/", "https://x.example/a b", "https://x.example/\n", "x.example",
        "https://x.example/\u202egpj.exe", "https://x.example/\ud800", "mailto:a@b.example",
    ],
)  # fmt: skip
def test_an_address_that_must_not_be_opened_is_none(url: str | None) -> None:
    assert safe_url(url) is None


@pytest.mark.parametrize("url", ["http://x.example", "https://[::1]:80/ü?q=1#a", "https://x/|>)"])
def test_an_address_that_may_be_opened_is_left_as_it_is(url: str) -> None:
    assert safe_url(url) == url


def _p(text: str) -> Paragraph:
    return Paragraph(of=(Text(text=text),))
