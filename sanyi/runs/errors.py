"""What can go wrong in a run.

RunError
├── UnknownTable    a step asks for a table that nothing makes and the record does not have
├── StepsInCircle   steps wait for each other
├── NoRecords       the records folder is not one, or lacks the year
├── NoResults       the results folder is not one
├── OtherOrigin     results to compare with come from another plan, record or version
├── RefusedByStep   a step cannot work with a plan as it was changed
├── ResultsBusy     another run is writing to the same results
├── UnknownScheme   a DRG scheme that is nowhere to be found
├── SchemeRefused   a DRG scheme's tables cannot be taken; says every fault with its place
└── CasesRefused    a file of cases that cannot be grouped
"""


class RunError(Exception):
    """Anything that keeps a run from starting or being read."""


class UnknownTable(RunError):
    """A step asks for a table that nothing makes."""


class StepsInCircle(RunError):
    """Steps wait for each other."""


class StepNotCut(RunError):
    """A step that runs month by month asks for a result that cannot be cut by month."""


class NoRecords(RunError):
    """The records folder cannot be used."""


class NoResults(RunError):
    """The results folder cannot be read."""


class ResultsBusy(RunError):
    """Another run is writing to the same results."""


class OtherOrigin(RunError):
    """The results to compare with were made from another plan, other records or another version of the program."""


class RefusedByStep(RunError):
    """A step cannot work with the plan as changed."""


class UnknownScheme(RunError):
    """A DRG scheme that is nowhere to be found."""


class SchemeRefused(RunError):
    """A DRG scheme's tables cannot be taken."""


class CasesRefused(RunError):
    """A file of cases that cannot be grouped."""
