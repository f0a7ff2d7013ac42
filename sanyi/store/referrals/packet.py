"""The packet: parts in versions, and one digest over all that both sides and the patient are shown."""
from datetime import datetime
from hashlib import sha256
import json
from typing import Any

from sanyi.store.referrals.tables import Referral, ReferralPart
from sanyi.workflows.facts import Actor, Given


def current_parts(referral: int) -> dict[str, ReferralPart]:
    """The latest version of each part by its kind, in the order of the kinds' names."""
    return {part.kind: part for part in ReferralPart.objects.filter(referral=referral).order_by("kind", "version")}


def digest_of(row: Referral, parts: dict[str, ReferralPart]) -> str:
    """The digest of what is shown: who goes where, why, each part's bytes, and the benefit effect. Source: R23."""
    shown = {"person": row.person_id, "from": row.institution, "to": row.receiver, "department": row.department, "direction": row.direction, "urgency": row.urgency,
             "reason": row.reason, "criterion": row.criterion, "effect": row.effect, "parts": [(part.kind, part.version, part.digest) for part in parts.values()]}
    return sha256(json.dumps(shown, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def write_part(row: Referral, kind: str, text: str, institution: str, by: str, now: datetime) -> None:
    """Add a version of a part, and bring the digest up to it."""
    last = ReferralPart.objects.filter(referral=row, kind=kind).order_by("-version").values_list("version", flat=True).first() or 0
    ReferralPart.objects.create(referral=row, kind=kind, version=last + 1, text=text, digest=sha256(text.encode()).hexdigest(), institution=institution, created_by=by, created_at=now)
    renew(row)


def renew(row: Referral) -> None:
    """Bring the kept digest up to what is shown now."""
    row.digest = digest_of(row, current_parts(row.pk))
    Referral.objects.filter(pk=row.pk).update(digest=row.digest)


def add_part(row: Referral, actor: Actor, now: datetime, given: Given) -> None:
    """What follows a step that writes a part."""
    write_part(row, str(given["part"]), str(given["text"]), actor.unit, actor.name, now)


def renewed(row: Referral, actor: Actor, now: datetime, given: Given) -> None:
    """What follows a change of the request itself."""
    renew(row)


def shown_text(row: Referral) -> str:
    """All that a consent covers, as text: kept with it."""
    parts: dict[str, Any] = {kind: part.text for kind, part in current_parts(row.pk).items()}
    return json.dumps({"from": row.institution, "to": row.receiver, "department": row.department, "direction": row.direction, "urgency": row.urgency, "reason": row.reason,
                       "criterion": row.criterion, "effect": row.effect, "parts": parts}, ensure_ascii=False, sort_keys=True)
