"""PostgreSQL refuses rows of other tenants as well, whatever a query asks. Source: R38."""
from django.db import migrations

from sanyi.store.row_security import OWN_UNITS, functions, row_security, tenants
from sanyi.store.tenancy import MONEY

LED = """SELECT array_agg(i.code)::text[] FROM store_membership led JOIN store_membership m ON m.consortium_id = led.consortium_id JOIN store_institution i ON i.id = m.institution_id
         JOIN store_institution lead ON lead.id = led.institution_id WHERE led.part = 'lead' AND lead.code = ANY (sanyi_units())"""
SHOWN = """SELECT prescription_id FROM store_presented WHERE institution = ANY (sanyi_units())
           UNION SELECT prescription_id FROM store_dispensing WHERE institution = ANY (sanyi_units())"""
USED = f"store_exam.id IN (SELECT c.result_id FROM store_recognitioncheck c WHERE c.decision = 'accepted' AND c.institution = {OWN_UNITS})"
SUPPLIED = "SELECT DISTINCT person_id FROM store_supply WHERE is_live AND to_on >= current_date AND institution = ANY (sanyi_units())"  # whoever treats now sees all that is in hand
PHARMACY = ("store_prescription.id IN (SELECT sanyi_prescriptions_shown())",
            "store_prescription.state IN ('checked', 'returned', 'insisted', 'approved') AND store_prescription.institution = ANY ((SELECT sanyi_led_units())::text[])")
ONES_CARD = "EXISTS (SELECT 1 FROM store_healthcard h WHERE h.id = store_carduse.card_id AND h.person_id = ANY ((SELECT sanyi_persons())::bigint[]))"
REFERRAL, CONTRACT, EXAM, CONSULTATION, PRESCRIPTION = (
    ((f"{name}_id", f"store_{name}"),) for name in ("referral", "contract", "exam", "consultation", "prescription"))


class Migration(migrations.Migration):

    dependencies = [("store", "0020_tokens")]

    operations = [
        tenants(),
        functions({"sanyi_led_units() RETURNS text[]": LED, "sanyi_prescriptions_shown() RETURNS SETOF bigint": SHOWN, "sanyi_supplied_persons() RETURNS SETOF bigint": SUPPLIED}),
        row_security("store_referral", "institution", "receiver", "origin", person="person_id"),
        *(row_security(f"store_referral{part}", of=REFERRAL) for part in ("part", "consent", "arrival")),
        row_security("store_contract", "institution", person="person_id"),
        *(row_security(f"store_{part}", of=CONTRACT) for part in ("contractgroup", "signingcode", "givencare", "contractevaluation")),
        row_security("store_succession", "institution", "heir"),
        row_security("store_recognitioncheck", "institution", person="person_id"),
        row_security("store_exam", "institution", "centre", person="person_id", also=(USED,)),
        *(row_security(f"store_{part}", of=EXAM) for part in ("examreport", "examattendant")),
        row_security("store_examrelease", of=(("report_id", "store_examreport"),)),
        row_security("store_examnotice", "institution", of=EXAM),
        row_security("store_criticalvalue", "institution", "centre", of=EXAM),
        row_security("store_consultation", "institution", "expert_institution", person="person_id"),
        row_security("store_consultationshare", "institution", of=CONSULTATION),
        *(row_security(f"store_{held}", "institution", "booker", person="person_id") for held in ("appointment", "waiting")),
        row_security("store_notice", "institution", person="person_id"),
        row_security("store_prescription", "institution", "pharmacy", person="person_id", also=PHARMACY),
        *(row_security(f"store_{part}", of=PRESCRIPTION) for part in ("prescriptionline", "prescriptionfinding")),
        *(row_security(f"store_{part}", "institution", of=PRESCRIPTION) for part in ("prescriptionreview", "presented", "dispensing", "deliveryorder")),
        row_security("store_supply", "institution", person="person_id", of=(("line_id", "store_prescriptionline"),), also=("store_supply.person_id IN (SELECT sanyi_supplied_persons())",)),
        row_security("store_allergy", "institution", person="person_id"),
        row_security("store_recordconsent", "institution", person="person_id", also=("store_recordconsent.institution = ''",)),
        *(row_security(f"store_{part}", "institution", person="person_id") for part in ("visit", "breakglass", "unmasking", "evaluation", "accountcode")),
        row_security("store_carduse", "institution", also=(ONES_CARD,)),
        *(row_security(f"store_{part}", "unit", reach=MONEY) for part in ("dispute", "specialreview")),
        *(row_security(f"store_{part}", "institution_id", reach=MONEY) for part in ("voucher", "batchsheet")),
    ]
