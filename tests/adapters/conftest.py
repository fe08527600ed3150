"""Lets the shared contract of adapters explain its failed assertions."""

import pytest

pytest.register_assert_rewrite("tests.contracts")
