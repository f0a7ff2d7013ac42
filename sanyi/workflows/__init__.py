"""Workflows: the states a piece of work can be in and the only steps between them, one file a workflow."""
from functools import cache

from sanyi.terms.registry import find
from sanyi.workflows.errors import UndeclaredStep
from sanyi.workflows.workflow import Workflow


@cache
def workflows() -> tuple[Workflow, ...]:
    """Give every workflow of this folder, in the order of file names."""
    return find("sanyi.workflows", Workflow)


def workflow_of(name: str) -> Workflow:
    """Give one workflow by its name, such as task. Errors: UndeclaredStep naming those that exist."""
    for workflow in workflows():
        if workflow.name == name:
            return workflow
    known = ", ".join(workflow.name for workflow in workflows())
    raise UndeclaredStep(f"没有流程“{name}”；现有：{known}", f"there is no workflow {name!r}; there are: {known}")
