"""The settings: where they come from, which one wins, and what is said of wrong ones."""

import re
from pathlib import Path

import pytest

from config.settings import ConfigurationProblem, Settings, load
from config.sources import FORBIDDEN_VARIABLE

PLANTED = "hunter2-s3cr3t"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def a_file(text: str, name: str = "relevo.toml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def complaint(config: Path | None = None) -> str:
    """Return what is said about wrong settings: always one sentence or two, never a trace."""
    with pytest.raises(ConfigurationProblem) as caught:
        load(config)
    assert caught.value.__cause__ is None
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_everything_has_a_default() -> None:
    settings = load()
    assert settings.model_dump() == Settings().model_dump()
    assert settings.redis.url.get_secret_value() == "embedded"
    assert settings.http.host == "127.0.0.1"
    assert not settings.playground.enabled


def test_the_file_of_this_folder_is_read() -> None:
    a_file('data_dir = "/var/relevo"\n[http]\nport = 9000\n[conversation]\nlanguages = ["es"]\n')
    settings = load()
    assert settings.data_dir == Path("/var/relevo")
    assert settings.http.port == 9000
    assert settings.conversation.languages == ("es",)


def test_another_file_can_be_named() -> None:
    a_file("[http]\nport = 9000\n")
    assert load(a_file("[http]\nport = 9001\n", "other.toml")).http.port == 9001


def test_the_environment_beats_the_file_and_the_caller_beats_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_file('[http]\nport = 9000\nhost = "127.0.0.2"\n[desk]\nlanguage = "es"\n')
    monkeypatch.setenv("RELEVO_HTTP__PORT", "9002")
    monkeypatch.setenv("RELEVO_DATA_DIR", "/from/environment")
    settings = load(data_dir=Path("/from/caller"))
    assert settings.http.port == 9002
    assert settings.http.host == "127.0.0.2", "other keys of the same table stay"
    assert settings.desk.language == "es"
    assert settings.data_dir == Path("/from/caller")


def test_lists_are_written_as_json_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_CONVERSATION__LANGUAGES", '["es", "en"]')
    assert load().conversation.languages == ("es", "en")


def test_a_file_that_is_not_there_is_named() -> None:
    assert complaint(Path("nowhere.toml")) == (
        "There is no settings file nowhere.toml: check the --config path."
    )


def test_broken_toml_is_named_with_its_line() -> None:
    a_file('[http]\nport = 9000\nhost = "open\n')
    assert re.fullmatch(r"relevo\.toml is not valid TOML: .*line 3.*", complaint())


def test_a_file_that_is_not_utf_8_is_named() -> None:
    Path("relevo.toml").write_bytes(b'data_dir = "\xff\xfe"\n')
    assert complaint().startswith("relevo.toml is not valid TOML: ")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[http]\nprot = 9000\n", "http.prot"),
        ("[htpp]\nport = 9000\n", "htpp"),
        ("colour = 1\n", "colour"),
    ],
)
def test_an_unknown_key_is_named(text: str, place: str) -> None:
    a_file(text)
    said = complaint()
    assert re.search(rf"\b{re.escape(place)} \(", said)
    assert said.endswith("Correct them and start again.")


def test_every_wrong_value_is_named_at_once() -> None:
    a_file('[http]\nport = 70000\n[redis]\nfsync = "sometimes"\n[engine]\nconcurrency = 0\n')
    said = complaint()
    assert all(place in said for place in ("http.port", "redis.fsync", "engine.concurrency"))
    assert "'always' or 'everysec'" in said


def test_a_wrong_value_of_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_HTTP__PORT", "eighty")
    assert "http.port (" in complaint()


@pytest.mark.parametrize("text", ["eighty", '["es"', "{"])
def test_a_list_that_is_no_json_is_named_in_one_sentence(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEVO_CONVERSATION__LANGUAGES", text)
    assert complaint() == (
        "A variable of the environment that begins with RELEVO_CONVERSATION can't be read: write "
        'lists and whole sections as JSON, such as ["en", "es"].'
    )


@pytest.mark.parametrize("name", ["RELEVO_REDIS_URL", "RELEVO_HTPP__PORT", "relevo_debug"])
def test_a_misspelt_variable_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, PLANTED)
    said = complaint()
    assert said.startswith(f"The environment has {name}, which is no setting: ")
    assert PLANTED not in said


@pytest.mark.parametrize("name", ["RELEVO_TEST_SEED", "relevo_data_dir", "OTHER_REDIS_URL"])
def test_other_variables_are_left_alone(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "4711")
    load()


def test_a_wrong_value_is_never_repeated() -> None:
    a_file(f'[redis]\nurl = ["redis://:{PLANTED}@host"]\nfsync = "{PLANTED}"\n')
    said = complaint()
    assert "redis.url" in said
    assert PLANTED not in said


def test_the_line_of_broken_toml_is_not_repeated() -> None:
    a_file(f'[redis]\nurl = "redis://:{PLANTED}@host\n')
    assert PLANTED not in complaint()


VARIABLE = "RELEVO_SLACK__BOT_TOKEN"


def test_a_secret_in_the_file_is_refused_with_its_better_place() -> None:
    a_file(f'[slack]\nbot_token = "{PLANTED}"\n')
    said = complaint()
    assert said.startswith("slack.bot_token is a secret and does not belong into relevo.toml")
    assert VARIABLE in said
    assert "slack.bot_token_file" in said
    assert PLANTED not in said


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, PLANTED)
    a_file('[slack]\napi_url = "http://127.0.0.1:9/api/"\n')
    slack = load().slack
    assert slack.bot_token.get_secret_value() == PLANTED
    assert slack.api_url == "http://127.0.0.1:9/api/"


def test_a_secret_comes_from_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text(f"{PLANTED}\n", encoding="utf-8")
    a_file(f'[telegram]\ntoken_file = "{secret}"\n')
    assert load().telegram.token.get_secret_value() == PLANTED


def test_a_secret_file_that_is_not_there_is_named() -> None:
    a_file('[discord]\ntoken_file = "/nowhere/token"\n')
    said = complaint()
    assert "the file of token_file can't be read" in said
    assert "discord" in said


def test_a_secret_with_two_places_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "token"
    secret.write_text("other", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, PLANTED)
    a_file(f'[slack]\nbot_token_file = "{secret}"\n')
    said = complaint()
    assert "both bot_token and bot_token_file are set" in said
    assert PLANTED not in said


def test_no_text_form_of_the_settings_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_REDIS__URL", f"redis://user:{PLANTED}@host/0")
    settings = load()
    assert settings.redis.url.get_secret_value() == f"redis://user:{PLANTED}@host/0"
    shown = f"{settings!r} {settings} {settings.redis} {settings.model_dump_json()}"
    assert PLANTED not in shown
    assert "**********" in shown


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().http.port = 1


def test_crash_tests_are_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FORBIDDEN_VARIABLE, "")
    assert complaint() == (
        "RELEVO_FAILPOINTS is set, but crash tests never run in production: unset it."
    )
