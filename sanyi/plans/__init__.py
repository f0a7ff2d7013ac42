"""Plans: a reform plan read as one unchanging value, every number with its unit, its dates and its clause."""
from sanyi.plans.check import check_pack
from sanyi.plans.entries import (
    Duty, Entry, Gap, Goal, Indicator, IssuedDocument, Milestone, Obligation, Place, Post, Prohibition, Target, Task, Unit, Value,
)
from sanyi.plans.errors import BadChange, BadChoice, BadPack, PlanError, Problem, UnknownPlan, UnknownValue
from sanyi.plans.plan import Organisation, Plan, PlanOnDay, RecordedPlan
from sanyi.plans.read import check_plan, read_plan

__all__ = [
    "BadChange", "BadChoice", "BadPack", "Duty", "Entry", "Gap", "Goal", "Indicator", "IssuedDocument", "Milestone", "Obligation", "Organisation", "Place", "Plan", "PlanError",
    "PlanOnDay", "Post", "Problem", "Prohibition", "RecordedPlan", "Target", "Task", "Unit", "UnknownPlan",
    "UnknownValue", "Value", "check_pack", "check_plan", "read_plan",
]
