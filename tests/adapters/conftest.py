"""Lets the shared contract and kits of adapters explain their failed assertions."""

import pytest

pytest.register_assert_rewrite("tests.contracts", "tests.adapters.telegram_parse.kit")
