"""Why a figure is what it is: the factors, the rows and the clauses behind it, in plain words."""
from sanyi.runs.explain.case import explain_case
from sanyi.runs.explain.consortium import explain_consortium
from sanyi.runs.explain.explanation import Explanation, Part
from sanyi.runs.explain.indicator import explain_indicator
from sanyi.runs.explain.institution import explain_institution

__all__ = ["Explanation", "Part", "explain_case", "explain_consortium", "explain_indicator", "explain_institution"]
