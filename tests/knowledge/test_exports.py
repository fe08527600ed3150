"""Solved threads of an export become pairs to look through; people are taken out of them."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli import kb
from bot.vocabulary.errors import DocumentError
from knowledge.readers.exports import Pair, pairs_of_export
from knowledge.readers.exports.discord import read_discord
from knowledge.readers.exports.private import Privacy
from knowledge.readers.exports.slack import to_markdown
from knowledge.readers.exports.solved import question_and_answer
from knowledge.readers.exports.values import Said, Thread
from tests.knowledge.reading import documents, write, zip_of
from tests.linear_time import takes_linear_time


def thread(*lines: str) -> Thread:
    """Lines such as ``a: text`` and ``b✅: text``."""
    said: list[Said] = []
    for line in lines:
        author, _, text = line.partition(": ")
        said.append(Said(author=author[0], text=text, is_checked="✅" in author))
    return Thread(key="k", where="#x", said=tuple(said))


class TestSolved:
    @pytest.mark.parametrize(
        ("lines", "wanted"),
        [
            (["a: How?", "b: So.", "a: Thanks!"], ("How?", "So.")),
            (["a: How?", "a: On a Mac.", "b: So.", "b: Then so.", "a: gracias"],
             ("How?\n\nOn a Mac.", "So.\n\nThen so.")),
            (["a: How?", "b: Which?", "a: This.", "b: So.", "a: That worked"], ("How?", "So.")),
            (["a: How?", "b: So.", "a: thanks", "b: You're welcome"], ("How?", "So.")),
            (["a: How?", "b: Wrong.", "c✅: Right.", "d: Or so."], ("How?", "Right.")),
            (["a✅: How?", "b: So."], ("How?", "So.")),
            (["a: How?", "b: So.", "a: Thanks, will try", "b: And so.", "a: Works now, thanks"],
             ("How?", "And so.")),
            (["a: ¿Cómo?", "b: Así.", "a: Ya funciona"], ("¿Cómo?", "Así.")),
        ],
    )  # fmt: skip
    def test_solved(self, lines: list[str], wanted: tuple[str, str]) -> None:
        assert question_and_answer(thread(*lines)) == wanted

    @pytest.mark.parametrize(
        "lines",
        [
            [],
            ["a: How?"],
            ["a: How? Thanks!", "a: Solved it myself, thanks"],
            ["a: How?", "b: So."],
            ["a: How?", "b: So.", "b: thanks"],
            ["a: How?", "b: So.", "c: Thanks!"],
            ["a: How?", "b: So.", "a: Thanks, but it still fails"],
            ["a: How?", "b: So.", "a: Thanks! And then?"],
            ["a: How?", "b: So.", "a: gracias, pero no funciona"],
            ["a: How?", "b: So.", "a: thanks", "a: it does not work"],
            ["a: How?", "b: So.", "a: thanks", "b: ok", "a: no, it's broken again"],
            ["a: How?", "b: Which one?", "a: The red one, thanks in advance"],
            ["a✅: How?"],
        ],
    )
    def test_not_solved(self, lines: list[str]) -> None:
        assert question_and_answer(thread(*lines)) is None


class TestPrivacy:
    PRIVACY = Privacy(
        frozenset({"Ana López", "ana.lopez", "Will"}), frozenset({"Zoe Summer", "Support"})
    )

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("Ask Ana López about it.", "Ask [name] about it."),
            ("ask ana or ana.lopez", "ask [name] or [name]"),
            ("Ana's order", "[name]'s order"),
            ("Will knows what will happen", "[name] knows what will happen"),
            ("Zoe says summer is warm", "[name] says summer is warm"),
            ("Support will help", "Support will help"),
            ("Hi @[name], press Save", "Hi, press Save"),
            ("Thanks Ana! It works.", "Thanks! It works."),
            ("@[name]: press Save", "press Save"),
            ("That works, @[name]!", "That works!"),
            ("Ask @somebody.else now", "Ask [name] now"),
            ("Write to ana.lopez+x@mail.example.com.", "Write to [e-mail]."),
            ("Call +34 612 34 56 78 or (212) 555-0199.", "Call [number] or [number]."),
            ("Card 4111 1111 1111 1111!", "Card [number]!"),
            ("On 2024-03-02 10:30 from 192.168.100.200", "On 2024-03-02 10:30 from 192.168.100.200"),
            ("It costs 1,200.50 € in 2024", "It costs 1,200.50 € in 2024"),
            ("My name is John Miller and I ask", "My name is [name] and I ask"),
            ("Me llamo José Ruiz.", "Me llamo [name]."),
            ("Run `npm i @scope/ana` and see https://x.example/t/1234567890",
             "Run `npm i @scope/ana` and see https://x.example/t/1234567890"),
            ("Anabel is no ana", "Anabel is no [name]"),
        ],
    )  # fmt: skip
    def test_people_are_taken_out(self, text: str, wanted: str) -> None:
        assert self.PRIVACY.clean(text) == wanted

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("Li and Bo know.", "[name] and [name] know."),
            ("li and LI are no names", "li and LI are no names"),
            ("So it is. IT says so. So, Is it?", "So it is. IT says so. So, Is it?"),
            ("王伟 says, 田中: hello", "[name] says, [name]: hello"),
            ("Pc and No.", "Pc and No."),
            ("Ed's order", "[name]'s order"),
            ("김철 and 李", "[name] and 李"),
        ],
    )
    def test_short_names_count_where_they_are_written_as_names(
        self, text: str, wanted: str
    ) -> None:
        people = frozenset({"Li Wei", "So Young", "王伟", "김철", "李", "is_it", "pc_no"})
        privacy = Privacy(people, frozenset({"Bo", "田中", "Ed", "IT"}))
        assert privacy.clean(text) == wanted

    @pytest.mark.parametrize(
        "piece",
        [
            "a",
            "a.",
            "a@",
            "@",
            "a@a",
            "a@b.",
            "1 ",
            "1",
            "I am ",
            "`",
            "```",
            "[name] ",
            "_",
            "@a/",
        ],
    )
    def test_people_are_looked_for_in_linear_time(self, piece: str) -> None:
        assert takes_linear_time(self.PRIVACY.clean, piece, length=4_000)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a.b+c@x.example", "[e-mail]"),
        ("a@x.example+b@y.example", "[e-mail][e-mail]"),
        ("a@b@x.example", "a@[e-mail]"),
        ("a@b", "a@b"),
        ("a" * 200 + "@" + "x" * 80 + ".example.", "[e-mail]."),
    ],
)
def test_addresses_of_mail_go_as_a_whole(text: str, wanted: str) -> None:
    assert Privacy(frozenset()).clean(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("See <https://x.example/a|the page>", "See [the page](https://x.example/a)"),
        ("See <https://x.example/a>", "See https://x.example/a"),
        ("<@U1> in <#C1|billing> <!here>", "@[name] in #billing"),
        ("<@U1|ana>", "@[name]"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("*Bold* 2*3*4 &lt;id&gt; :wave:", "**Bold** 2*3*4 <id>"),
    ],
)
def test_marks_of_slack(text: str, wanted: str) -> None:
    assert to_markdown(text) == wanted


def slack_zip(**channels: list[dict[str, Any]]) -> bytes:
    users = [
        {"id": "U1", "name": "jperez", "profile": {"real_name": "Juan Pérez", "display_name": ""}},
        {"id": "U2", "name": "ana", "real_name": "Ana López"},
        {"id": "U3", "name": "zoe", "profile": {"email": "zoe@x.example"}},
    ]
    files = {
        "channels.json": [{"id": "C1", "name": "billing"}, {"id": "C2", "name": "help"}],
        "groups.json": [{"id": "G1", "name": "secret"}],
        "users.json": users,
        **{name.replace("__", "/") + ".json": said for name, said in channels.items()},
    }
    return zip_of({name: json.dumps(content) for name, content in files.items()})


def said(user: str, stamp: str, text: str, start: str = "1.0", **more: object) -> dict[str, Any]:
    return {"type": "message", "user": user, "ts": stamp, "text": text, "thread_ts": start, **more}


class TestSlack:
    def test_a_thread_over_two_days(self, tmp_path: Path) -> None:
        first = [
            said("U1", "1709337600.0001", "Where is my *invoice*? I'm Juan", "1709337600.0001"),
            {"type": "message", "user": "U3", "ts": "1709337601.0", "text": "Unrelated"},
            said("U2", "1709337700.0001", "<@U1> under <https://x.example|Bills>, says Zoe.",
                 "1709337600.0001"),
            {"type": "message", "subtype": "channel_join", "user": "U3", "ts": "3", "text": "joined",
             "thread_ts": "1709337600.0001"},
            {"type": "message", "bot_id": "B1", "ts": "1709337800.0", "text": "I am a bot",
             "thread_ts": "1709337600.0001"},
        ]  # fmt: skip
        second = [said("U1", "1709424000.0001", "Thanks Ana!", "1709337600.0001")]
        data = slack_zip(**{"billing__2024-03-02": first, "billing__2024-03-03": second})
        (pair,) = pairs_of_export(write(tmp_path / "slack.zip", data))
        assert pair == Pair(
            id="slack-C1-1709337600.0001",
            question="Where is my **invoice**? I'm [name]",
            answer="[name] under [Bills](https://x.example), says [name].",
            where="#billing 2024-03-02",
        )

    def test_a_check_mark_solves_it(self, tmp_path: Path) -> None:
        mark = [{"name": "white_check_mark", "users": ["U1"], "count": 1}]
        talk = [said("U1", "1.0", "How?"), said("U2", "2.0", "So.", reactions=mark)]
        (pair,) = pairs_of_export(write(tmp_path / "s.zip", slack_zip(help__day=talk)))
        assert isinstance(pair, Pair)
        assert (pair.question, pair.answer) == ("How?", "So.")

    def test_private_channels_and_headless_threads_give_none(self, tmp_path: Path) -> None:
        talk = [said("U1", "1.0", "How?"), said("U2", "2.0", "So."), said("U1", "3.0", "Thanks")]
        data = slack_zip(secret__day=talk, help__day=talk[1:], D123__day=talk)
        assert list(pairs_of_export(write(tmp_path / "s.zip", data))) == []

    def test_a_broken_day_is_named_and_the_rest_is_read(self, tmp_path: Path) -> None:
        talk = [said("U1", "1.0", "How?"), said("U2", "2.0", "So."), said("U1", "3.0", "Thanks")]
        broken: Any = [{"ts": 5}]
        data = slack_zip(billing__day=broken, help__day=talk)
        error, pair = pairs_of_export(write(tmp_path / "s.zip", data))
        assert str(error).startswith("'billing/day.json' in it: it has not the form")
        assert isinstance(pair, Pair)


def person(number: int, name: str, nickname: str = "", **more: object) -> dict[str, Any]:
    return {"id": str(number), "name": name, "nickname": nickname, "isBot": False, **more}


JUAN, ANA = person(1, "jperez", "Juan Pérez"), person(2, "ana_l", "Ana")


def posted(number: int, author: dict[str, Any], content: str, **more: object) -> dict[str, Any]:
    return {
        "id": str(number),
        "type": "Default",
        "timestamp": f"2024-03-02T10:00:0{number}.123+00:00",
        "content": content,
        "author": author,
        "reactions": [],
        "mentions": [],
        **more,
    }


def discord_json(kind: str, name: str, *messages: dict[str, Any]) -> bytes:
    channel = {"id": "900", "type": kind, "name": name}
    export = {"guild": {"id": "1", "name": "G"}, "channel": channel, "messages": messages}
    return json.dumps(export, indent=2).encode()


class TestDiscord:
    TALK = (
        posted(1, JUAN, "My pan sticks."),
        posted(2, ANA, "@Juan Pérez: heat it first <:ok:123>", mentions=[JUAN]),
        posted(3, JUAN, "Perfect, thank you Ana"),
    )

    def test_a_thread_is_a_conversation_with_a_title(self, tmp_path: Path) -> None:
        data = discord_json("GuildPublicThread", "Juan's pan", *self.TALK)
        assert list(pairs_of_export(write(tmp_path / "d.json", data))) == [
            Pair(
                id="discord-900",
                question="My pan sticks.",
                answer="heat it first",
                where="#[name]'s pan 2024-03-02",
                title="[name]'s pan",
            )
        ]

    def test_replies_in_a_channel_are_conversations(self, tmp_path: Path) -> None:
        talk = [
            posted(1, JUAN, "How?"),
            posted(2, ANA, "Hello all"),
            posted(3, ANA, "So.", type="Reply", reference={"messageId": "1"}),
            posted(4, JUAN, "ty!", type="Reply", reference={"messageId": "3"}),
        ]
        (pair,) = pairs_of_export(
            write(tmp_path / "d.json", discord_json("GuildTextChat", "help", *talk))
        )
        assert isinstance(pair, Pair)
        assert (pair.id, pair.question, pair.answer) == ("discord-1", "How?", "So.")

    def test_a_check_mark_solves_it_and_bots_do_not(self, tmp_path: Path) -> None:
        mark = [{"emoji": {"id": "", "name": "✅", "code": "white_check_mark"}, "count": 1}]
        bot = person(9, "Helper", isBot=True)
        talk = [posted(1, JUAN, "How?"), posted(2, bot, "Beep.", reactions=mark)]
        data = discord_json("GuildPublicThread", "t", *talk)
        assert list(pairs_of_export(write(tmp_path / "a.json", data))) == []
        talk.append(posted(3, ANA, "So.", reactions=mark))
        data = discord_json("GuildPublicThread", "t", *talk)
        assert len(list(pairs_of_export(write(tmp_path / "b.json", data)))) == 1

    @pytest.mark.parametrize(
        "kind", ["GuildPrivateThread", "DirectTextChat", "DirectGroupTextChat"]
    )
    def test_private_talk_is_left_out(self, kind: str, tmp_path: Path) -> None:
        path = write(tmp_path / "d.json", discord_json(kind, "x", *self.TALK))
        assert list(pairs_of_export(path)) == []

    def test_the_longest_name_is_taken_out(self, tmp_path: Path) -> None:
        talk = [
            posted(1, JUAN, "Ask @Ana Ruiz or @Ana@home, not a@Anabel or @@Ana"),
            posted(2, ANA, "So.", mentions=[person(3, "Ana Ruiz", "Ana@home")]),
            posted(3, JUAN, "Thanks"),
        ]
        (thread,) = read_discord(discord_json("GuildPublicThread", "t", *talk))
        assert thread.said[0].text == "Ask @[name] or @[name], not a@[name]bel or @@[name]"

    def test_a_long_thread_of_many_people_takes_linear_time(self) -> None:
        def read(text: str) -> None:
            people = [person(n, f"n{n}", f"Somebody {n}") for n in range(len(text))]
            talk = [posted(n, one, f"@n{n} @Somebody {n}: so?") for n, one in enumerate(people)]
            assert len(list(read_discord(discord_json("GuildPublicThread", "t", *talk)))) == 1

        assert takes_linear_time(read, "x", length=100)

    def test_several_in_a_zip(self, tmp_path: Path) -> None:
        data = discord_json("GuildPublicThread", "pan", *self.TALK)
        path = write(tmp_path / "d.zip", zip_of({"a.json": data, "b/c.json": data, "x.png": b"x"}))
        assert len(list(pairs_of_export(path))) == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"[]", b"{}", b"[" * 100_000, b'{"channel": 1}', zip_of({"a.json": "[]"}),
     zip_of({"a.txt": "x"}), b"PK\x03\x04broken"],
)  # fmt: skip
def test_what_is_no_export_is_refused(content: bytes, tmp_path: Path) -> None:
    (error,) = pairs_of_export(write(tmp_path / "x.zip", content))
    assert isinstance(error, DocumentError)
    assert "\n" not in str(error)
    assert ":" in str(error)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (error,) = pairs_of_export(tmp_path / "none.zip")
    assert "can't be opened" in str(error)


def test_the_command_prints_lines_that_can_be_added(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = discord_json("GuildPublicThread", "pan", *TestDiscord.TALK)
    kb.pairs(write(tmp_path / "d.json", data))
    shown = capsys.readouterr()
    assert shown.err == "1 pairs: look them through before you add them.\n"
    (document,) = documents(write(tmp_path / "pairs.jsonl", shown.out))
    assert (document.doc_id, document.title) == ("discord-900", "pan")


def test_the_command_fails_without_a_pair(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as caught:
        kb.pairs(write(tmp_path / "d.json", "nothing"))
    assert caught.value.exit_code == 1
    assert "d.json: it is no export" in capsys.readouterr().err
