"""``.env`` in the working directory: weaker than the environment, stronger than the file."""

from pathlib import Path

import pytest

from config.settings import ConfigurationProblem, load

SECRET = "xoxb-hunter2-${HOME} #1"  # noqa: S105 - of no system


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str) -> None:
    Path(".env").write_text(text, encoding="utf-8")


def test_it_beats_the_file_and_the_environment_beats_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("relevo.toml").write_text(
        '[http]\nport = 1\nhost = "a"\n[desk]\nbrand = "file"\n', "utf-8"
    )
    written("RELEVO_HTTP__PORT=2\nexport RELEVO_HTTP__HOST=b\n")
    monkeypatch.setenv("RELEVO_HTTP__PORT", "3")
    settings = load()
    assert (settings.http.port, settings.http.host, settings.desk.brand) == (3, "b", "file")
    assert load(http={"port": 4}).http.port == 4


def test_values_are_taken_as_they_stand() -> None:
    written(
        f"# tokens\nRELEVO_SLACK__BOT_TOKEN='{SECRET}'\nRELEVO_ADMINS='[\"slack:U1\"]'\n"
        'RELEVO_DESK__BRAND="Example Shop"\n'
    )
    settings = load()
    assert settings.slack.bot_token.get_secret_value() == SECRET
    assert settings.admins == ("slack:U1",)
    assert settings.desk.brand == "Example Shop"


def test_other_names_are_left_alone() -> None:
    written("REDIS_PASSWORD=x\nRELEVO_TEST_SEED=5\nDJANGO=1\nRELEVO_DESK__BRAND\n")
    assert load().desk.brand == ""


@pytest.mark.parametrize("name", ["RELEVO_HTPP__PORT", "RELEVO_FAILPOINTS", "relevo_debug"])
def test_a_misspelt_name_is_refused(name: str) -> None:
    written(f"{name}=hunter2\n")
    with pytest.raises(ConfigurationProblem) as caught:
        load()
    assert str(caught.value).startswith(f"The file .env has {name}, which is no setting: ")
    assert "hunter2" not in str(caught.value)


def test_what_can_not_be_read_is_told_without_its_value() -> None:
    written("RELEVO_ADMINS=hunter2\n")
    with pytest.raises(ConfigurationProblem, match="begins with RELEVO_ADMINS") as caught:
        load()
    assert "hunter2" not in str(caught.value)
    Path(".env").write_bytes(b"RELEVO_DESK__BRAND=\xff\n")
    with pytest.raises(ConfigurationProblem, match=r"\.env can't be read"):
        load()
