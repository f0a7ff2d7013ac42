"""Errors that are answers to the person at the terminal, not faults of ours."""
from sanyi.engines.errors import EngineError
from sanyi.grouping.drg.drg_errors import PriceListError
from sanyi.intake.errors import IntakeError
from sanyi.payment.errors import PaymentError
from sanyi.plans import PlanError
from sanyi.runs.errors import RunError
from sanyi.store.errors import StoreError
from sanyi.workflows.errors import Refused

KNOWN_ERRORS = (EngineError, IntakeError, PaymentError, PlanError, PriceListError, Refused, RunError, StoreError)
