"""What goes wrong on purpose."""

import time
from dataclasses import dataclass, field
from threading import Event, Lock

import grpc


@dataclass(slots=True, kw_only=True)
class Fault:
    """What a call meets, ``times`` times over: a wait, a status, garbage, or single objects refused.

    ``after`` calls of that kind go well before. ``refuse`` are properties (name, value) of objects
    that a batch refuses.
    """

    times: int = 1_000_000
    after: int = 0
    seconds: float = 0.0
    code: grpc.StatusCode | None = None
    status: int = 0
    garbage: bool = False
    refuse: tuple[str, str] | None = None


@dataclass(slots=True)
class Faults:
    """The faults of one server, by the name of the call: ``Search``, ``BatchObjects``, ``rest``."""

    by_call: dict[str, Fault] = field(default_factory=dict[str, Fault])
    stopped: Event = field(default_factory=Event)
    _turn: Lock = field(default_factory=Lock)

    def next(self, call: str) -> Fault | None:
        """The fault of this call, after its wait; None when it goes well."""
        with self._turn:
            fault = self.by_call.get(call)
            if fault is None or not fault.times:
                return None
            if fault.after:
                fault.after -= 1
                return None
            fault.times -= 1
        if fault.seconds:
            deadline = time.monotonic() + fault.seconds
            while not self.stopped.is_set() and time.monotonic() < deadline:
                time.sleep(0.01)
        return fault
