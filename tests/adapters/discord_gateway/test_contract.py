"""Discord's adapter does what every adapter must do, over real sockets and discord.py's own gateway."""

from tests.contracts.adapter_contract import AdapterContract


class TestDiscord(AdapterContract):
    """The contract, and nothing else."""
