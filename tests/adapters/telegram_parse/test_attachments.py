"""Whatever is no text becomes an attachment that says what it is."""

import pytest

from tests.adapters.telegram_parse.kit import FILE, THINGS, message, reads


@pytest.mark.parametrize("name", THINGS)
def test_everything_else_is_an_attachment_that_says_what_it_is(name: str) -> None:
    content, title, kind, file_id = THINGS[name]
    found = reads(message=message(None, **content))
    [attachment] = found.attachments
    assert (attachment.name, attachment.content_type, attachment.file_id) == (title, kind, file_id)
    assert found.text == ""


def test_a_caption_is_the_text() -> None:
    found = reads(message=message(None, document=FILE, caption="@relevo_bot this one"))
    assert found.text == "@relevo_bot this one", "no entity, no mention"
    assert len(found.attachments) == 1
