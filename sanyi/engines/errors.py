"""What can go wrong in the engine room.

EngineError
├── UnknownEngine      the engine asked for is not here
├── NotInstalled       the engine needs something that this machine lacks
├── BadSetting         a memory, thread or master setting that the engine does not take
├── OutOfRoom          memory or spill space ran out
├── NotShared          a cluster wrote where this machine cannot read
├── InexactResult      a step gave a floating-point or missing column where its promise says otherwise
├── BrokenKey          a step gave two rows for one key, or a key with a hole
└── OtherPromise       a file was written under another promise: it lacks a column, is another type, or is gone
"""


class EngineError(Exception):
    """Anything the engine room refuses."""


class UnknownEngine(EngineError):
    """The engine asked for is not one of those installed."""


class NotInstalled(EngineError):
    """The engine needs something that this machine lacks; the message says what to install."""


class BadSetting(EngineError):
    """A memory, thread or master setting that the engine does not take."""


class OutOfRoom(EngineError):
    """Memory or spill space ran out; the results are as they were before."""


class NotShared(EngineError):
    """A cluster wrote its rows where this machine cannot read them."""


class InexactResult(EngineError):
    """A result does not have the columns and exact types its table promises."""


class BrokenKey(EngineError):
    """A result breaks its table's key."""


class OtherPromise(EngineError):
    """A file does not hold what its table promises now: other code wrote it, or it is gone."""
