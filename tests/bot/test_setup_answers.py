"""What ``relevo init`` makes of answers as people paste them, and of the two files that it writes."""

import io
import stat
from pathlib import Path

import pytest

from bot.cli.setup.asking import Asker
from bot.cli.setup.files import look_ahead, write_secrets, write_settings
from bot.vocabulary.errors import AdapterError, ConfigurationError
from config.settings import load

BOT, APP = "RELEVO_SLACK__BOT_TOKEN", "RELEVO_SLACK__APP_TOKEN"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answers(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.mark.parametrize(
    "pasted", ["xoxb-1", "  xoxb-1\t", '"xoxb-1"', " 'xoxb-1' ", "` xoxb-1`", "xoxb-1\r"]
)
def test_blanks_and_quotes_around_an_answer_are_none_of_it(
    monkeypatch: pytest.MonkeyPatch, pasted: str
) -> None:
    answers(monkeypatch, f"{pasted}\n")
    assert Asker().ask("Token", str, secret=True) == "xoxb-1"


def test_an_answer_that_no_platform_takes_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def read(given: str) -> str:
        if given != "right":
            raise AdapterError(f"{given} can't be reached.")
        return given

    answers(monkeypatch, "wrong\nright\n" + "wrong\n" * 5)
    asker = Asker()
    assert asker.ask("Token", read) == "right"
    assert "✗ wrong can't be reached." in capsys.readouterr().out
    with pytest.raises(ConfigurationError, match="5 answers would not do. Nothing was written"):
        asker.ask("  Token", read)
    assert asker.questions == 2


@pytest.mark.parametrize("way", ["the answers end", "Ctrl-C while it is tried"])
def test_who_leaves_is_told_what_there_is(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    def read(_given: str) -> str:
        raise KeyboardInterrupt

    answers(monkeypatch, "" if way == "the answers end" else "a\na\n")
    asker = Asker()
    for state in (asker.state, "All but the knowledge is there."):
        asker.state = state
        with pytest.raises(ConfigurationError, match=state), asker.until_left():
            asker.ask("Token", read)


@pytest.mark.parametrize(
    "value", ["xoxb-1_a", "1:A-b", "a#b", "a #b", "a'b\\'", 'a"b', "${HOME}\\n", "ñ", "a=b", "'"]
)
def test_a_value_is_read_as_it_was_written(folder: Path, value: str) -> None:
    write_secrets(folder, {BOT: value, APP: "xapp"})
    slack = load().slack
    assert slack.bot_token.get_secret_value() == value
    assert slack.app_token.get_secret_value() == "xapp"


def test_lines_of_others_stay_as_they_are(folder: Path) -> None:
    others = "# RELEVO_SLACK__BOT_TOKEN=\r\nA=1\r\n\nB=\u2028x\nC\n".encode()
    ours = f"export {BOT}=old\n  {APP} = old\n".encode()
    path = folder / ".env"
    path.write_bytes(others + ours + b"D=2")
    path.chmod(0o644)
    write_secrets(folder, {BOT: "b", APP: "a"})
    assert path.read_bytes() == others + f"D=2\n{BOT}=b\n{APP}=a\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    write_secrets(folder, {})
    assert path.read_bytes() == others + f"D=2\n{BOT}=b\n{APP}=a\n".encode()


def test_a_file_that_stands_elsewhere_is_written_there(folder: Path) -> None:
    (folder / "shared").mkdir()
    (folder / ".env").symlink_to("shared/env")
    write_secrets(folder, {BOT: "b"})
    assert (folder / ".env").is_symlink()
    assert (folder / "shared/env").read_text("utf-8") == f"{BOT}=b\n"


def test_settings_of_before_are_kept_for_whom_they_were(folder: Path) -> None:
    path, old = folder / "relevo.toml", folder / "relevo.toml.old"
    path.write_text('[desk]\nchannel = "slack:C1"\n', "utf-8")
    path.chmod(0o600)
    write_settings(folder, desk="telegram:-1001")
    assert load().desk.channel == "telegram:-1001"
    assert old.read_text("utf-8") == '[desk]\nchannel = "slack:C1"\n'
    assert stat.S_IMODE(old.stat().st_mode) == 0o600


def test_what_can_not_be_written_is_told_before_anything_is_asked(folder: Path) -> None:
    look_ahead(folder, force=False)
    (folder / ".env").mkdir()
    with pytest.raises(ConfigurationError, match="is a folder"):
        look_ahead(folder, force=True)
    with pytest.raises(ConfigurationError, match="can't be written to"):
        look_ahead(folder / "nowhere", force=True)
