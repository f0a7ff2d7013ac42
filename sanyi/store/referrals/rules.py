"""The plan's rules of referral, read once and kept with every request that begins under them."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
import json
from typing import Any

from django.db import IntegrityError, transaction

from sanyi.store.referrals.tables import ReferralRuleSet
from sanyi.workflows.referral_facts import DIRECTIONS, PARTS, PRIORITIES, URGENCIES

NO_LIST = "none"  # a plan that names no list of first contact


@dataclass(frozen=True)
class ReferralRules:
    """By urgency the minutes of each clock, by direction the criteria and the parts of the packet, and the codes' words.

    `priority`: in what patients who come up go first. `first_contact`: the beginnings of the diagnosis codes that primary care treats itself (none:
    the plan names no list), which it sends up by `first_contact_criteria` alone. Source: HK-17, LJ-29, JH-18.
    """

    clocks: Mapping[str, Mapping[str, int]]
    criteria: Mapping[str, tuple[str, ...]]
    packets: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    priority: tuple[str, ...] = ()
    first_contact: tuple[str, ...] = ()
    first_contact_criteria: tuple[str, ...] = ()


def read_rules(plan: Any) -> ReferralRules:
    """Read them from a plan on a day. Errors: UnknownValue; ValueError naming what the plan lists and the program does not know."""
    clocks = {row["urgency"]: {name: value for name, value in row.items() if name != "urgency"} for row in plan.value("referral.clocks")}
    criteria = {row["direction"]: tuple(row["codes"]) for row in plan.value("referral.criteria")}
    packets = {row["direction"]: tuple(row["codes"]) for row in plan.value("referral.packets")}
    priority, lists = tuple(plan.value("referral.up_priority")), plan.value("referral.first_contact_list")
    listed, own_criteria = tuple(plan.value("referral.first_contact_diseases")) if lists != NO_LIST else (), tuple(plan.value("referral.first_contact_criteria"))
    for name, seen, known in (("referral.up_priority", set(priority), set(PRIORITIES)), ("referral.first_contact_criteria", set(own_criteria), set(criteria.get("up", ()))),
                              ("referral.clocks", set(clocks), set(URGENCIES)), ("referral.criteria", set(criteria), set(DIRECTIONS)),
                              ("referral.packets", set(packets), set(DIRECTIONS)), ("referral.packets", {part for parts in packets.values() for part in parts}, set(PARTS))):
        if seen - known:
            raise ValueError(f"{name}: {sorted(seen - known)} 未知 / unknown; {sorted(known)}")
    said = {**dict(plan.entry("referral.criteria").words), **dict(plan.entry("referral.first_contact_diseases").words)}
    codes = {code for each in criteria.values() for code in each} | set(listed)
    return ReferralRules(clocks, criteria, packets, {code: said.get(code, (code, code)) for code in sorted(codes)}, priority, listed, own_criteria)


def draft_ends(kept: ReferralRuleSet, urgency: str, now: datetime) -> datetime | None:
    """Until when a draft that is begun now may stay one; None where its rules set no time."""
    minutes = kept.rules["clocks"].get(urgency, {}).get("draft")
    return None if minutes is None else now + timedelta(minutes=minutes)


def kept(rules: ReferralRules) -> ReferralRuleSet:
    """The row that holds these rules, made the first time."""
    plain = json.loads(json.dumps({"clocks": rules.clocks, "criteria": rules.criteria, "packets": rules.packets, "words": rules.words, "priority": rules.priority,
                                   "first_contact": rules.first_contact, "first_contact_criteria": rules.first_contact_criteria}, default=dict, sort_keys=True))
    digest = sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    found = ReferralRuleSet.objects.filter(digest=digest).first()
    if found is None:
        try:
            with transaction.atomic():
                return ReferralRuleSet.objects.create(digest=digest, rules=plain)
        except IntegrityError:  # somebody else began under them just now
            found = ReferralRuleSet.objects.get(digest=digest)
    return found
