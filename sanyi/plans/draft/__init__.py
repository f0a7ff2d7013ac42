"""Draft a plan pack from a plan document: what is found keeps its place and a confidence, what is not understood is listed."""

from sanyi.plans.draft.document import Document, Place
from sanyi.plans.draft.drafting import draft_plan
from sanyi.plans.draft.errors import DraftError, FolderNotEmpty, NoPlan, UnreadableDocument
from sanyi.plans.draft.items import Draft
from sanyi.plans.draft.reading import read_document
from sanyi.plans.draft.writing import refuse_full, write_pack

__all__ = [
    "Document",
    "Draft",
    "DraftError",
    "FolderNotEmpty",
    "NoPlan",
    "Place",
    "UnreadableDocument",
    "draft_plan",
    "read_document",
    "refuse_full",
    "write_pack",
]
