"""The manual's pages of workflows, printed from their tables: diagram, states, and for every step who takes it, what it asks for, what stops it."""
import inspect

from sanyi.workflows import workflows
from sanyi.workflows.diagram import diagram
from sanyi.workflows.facts import ROLES
from sanyi.workflows.workflow import Step, Workflow


def workflow_pages(notice: str) -> dict[str, str]:
    """Each workflow's page by its path under docs/."""
    return {f"manual/workflows/{workflow.name}.md": f"{notice}\n{_page(workflow)}" for workflow in workflows()}


def _page(workflow: Workflow) -> str:
    states = [f"| {state.name} | {state.zh} · {state.en} | {'是 yes' if state.is_finished else ''} |" for state in workflow.states]
    return "\n".join([
        f"# {workflow.zh} · {workflow.en} (`{workflow.name}`)\n", f"```mermaid\n{diagram(workflow)}```\n", f"起点 starts in: `{workflow.start}`\n",
        "## 状态 States\n", "| 状态 state | 名称 name | 了结 finished |", "| --- | --- | --- |", *states,
        "\n## 步骤 Steps\n", "| 步骤 step | 名称 name | 从 → 到 from → to | 角色 roles | 哪一方 side | 填写（* 必填）fields (* required) | 条件 guards |",
        "| --- | --- | --- | --- | --- | --- | --- |", *(_step(step) for step in workflow.steps), *_guards(workflow), *_cells(workflow)]) + "\n"


def _step(step: Step) -> str:
    fields = "<br>".join(f"{field.zh} {field.en}{'*' if field.is_required else ''}" for field in step.fields)
    return (f"| {step.name} | {step.zh} · {step.en} | {', '.join(step.before)} → {step.after} | {', '.join(step.roles)} | {step.side} | {fields} | "
            f"{'<br>'.join(guard.__name__ for guard in step.guards)} |")


def _guards(workflow: Workflow) -> list[str]:
    """What each guard asks, in its own first sentence."""
    guards = {guard.__name__: (inspect.getdoc(guard) or "").split("\n")[0] for step in workflow.steps for guard in step.guards}
    return ["\n## 条件 Guards\n", *(f"- `{name}`: {said}" for name, said in sorted(guards.items()))] if guards else []


def _cells(workflow: Workflow) -> list[str]:
    """Every cell of state and step: the roles that may take it, or a dash where it is refused. No cell is empty. Source: R22."""
    names = list(dict.fromkeys(step.name for step in workflow.steps))
    rows = []
    for state in workflow.states:
        there = {step.name: ", ".join(ROLES[role][0] for role in step.roles) for step in workflow.steps_from(state.name)}
        rows.append(f"| {state.name} | " + " | ".join(there.get(name, "–") for name in names) + " |")
    return ["\n## 状态 × 步骤 States × steps（– 一律拒绝 refused to everybody）\n", "| | " + " | ".join(names) + " |", "| --- " * (len(names) + 1) + "|", *rows]
