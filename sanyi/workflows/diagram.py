"""A workflow drawn as text that Mermaid understands."""
from sanyi.workflows.workflow import Workflow


def diagram(workflow: Workflow, language: str = "zh") -> str:
    """Print the states and steps of a workflow as a Mermaid state diagram."""
    def word(thing) -> str:
        return thing.zh if language == "zh" else thing.en

    return "\n".join([
        "stateDiagram-v2", *(f"    {state.name} : {word(state)}" for state in workflow.states), f"    [*] --> {workflow.start}",
        *(f"    {before} --> {step.after} : {word(step)}" for step in workflow.steps for before in step.before)]) + "\n"
