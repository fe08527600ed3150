"""Where passages are read from: one socket, whatever lies behind it.

- ``socket``    what the knowledge base needs of a store; the embedded index's reader is one
- ``fallback``  a store on the network, with this machine's own copy behind it
- ``metrics``   how often which of the two answered
"""

from knowledge.stores.fallback import WithCopy
from knowledge.stores.socket import PassageStore

__all__ = ["PassageStore", "WithCopy"]
