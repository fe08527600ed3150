"""Lets the kit of the outbox explain its failed assertions."""

import pytest

pytest.register_assert_rewrite("tests.engine.outbox.kit")
