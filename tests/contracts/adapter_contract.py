"""What every chat adapter must do, whatever its platform: subclass ``AdapterContract``.

A platform's test module gives a fixture ``platform`` (a ``PlatformUnderTest``) whose adapter talks
over a real socket to the platform or to its stand-in, and whose ``intake`` has been given to
``adapter.run``. The tests stand by subject in ``shown``, ``pinged``, ``changed``, ``threads``, ``attentive`` and ``heard``,
what they need in ``kit``.
"""

from tests.contracts.attentive import Signs
from tests.contracts.changed import Changed
from tests.contracts.heard import Heard
from tests.contracts.pinged import Pinged
from tests.contracts.shown import Shown
from tests.contracts.threads import Threads


class AdapterContract(Shown, Pinged, Changed, Threads, Signs, Heard):
    """All the tests. Names in a subclass may add a platform's own."""
