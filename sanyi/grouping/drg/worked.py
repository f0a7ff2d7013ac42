"""Worked examples of grouping: a few rows of scheme tables, written by hand, that decide these cases only."""
from sanyi.grouping.drg.compiling import compiled
from sanyi.grouping.drg.scheme import Scheme
from sanyi.terms.example import Example


def _gate(seq, mdc, **more):
    return {"seq": seq, "mdc": mdc, "pdx_in": True, "main_proc_valid": False, **more}


def _group(mdc, seq, adrg, **more):
    asked = ("pdx_in", "any_dx_in", "main_proc_in", "any_proc_in0", "any_proc_in1", "main_proc_valid", "no_valid_proc")
    return {"mdc": mdc, "seq": seq, "adrg": adrg, **dict.fromkeys(asked, False), **more}


def _listed(column, **lists):
    return [{"adrg": adrg.split("_")[0], "list": (adrg.split("_") + ["0"])[1], column: code} for adrg, codes in lists.items() for code in codes.split()]


GROUPS = (
    _group("MDCP", 0, "PS1", any_dx_in=True, max_age_day=28, max_weight=1500, needs_weight=True), _group("MDCP", 1, "PU1", pdx_in=True, max_age_day=28),
    _group("MDCZ", 0, "ZB1", main_proc_in=True), _group("MDCZ", 1, "ZZ1", no_valid_proc=True),
    _group("MDCM", 0, "MA1", pdx_in=True, main_proc_in=True), _group("MDCM", 1, "MR1", pdx_in=True),
    _group("MDCB", 0, "BC2", main_proc_in=True), _group("MDCB", 1, "BZ1", pdx_in=True), _group("MDCD", 0, "DU1", pdx_in=True),
    _group("MDCG", 0, "GZ1", pdx_in=True), _group("MDCJ", 0, "JA1", pdx_in=True, tag_dnf="1+2;1+3", tags_apart=True),
    _group("MDCJ", 1, "JD1", main_proc_in=True), _group("MDCJ", 2, "JS1", pdx_in=True, min_stay_days=3), _group("MDCJ", 3, "JZ1", pdx_in=True))
SPLITS = {"GZ1": ("GZ13:mcc_or_cc", "GZ15:any"), "BC2": ("BC21:mcc", "BC23:mcc_or_cc", "BC25:any"), "JD1": ("JD13:mcc_or_cc", "JD15:any")}
EXCERPT = Scheme("excerpt", {
    "mdc_rule": [_gate(0, "MDCP", max_age_years=0), _gate(1, "MDCZ", min_sites=2), _gate(2, "MDCM", gender="1"),
                 *(_gate(3 + place, mdc) for place, mdc in enumerate(("MDCB", "MDCD", "MDCG", "MDCJ")))],
    "mdc_dx": [{"mdc": mdc, "dx": code, "part": None} for mdc, codes in (
        ("MDCP", "P07.100 P22.000"), ("MDCM", "C61.x00"), ("MDCB", "G91.900 S06.000"), ("MDCD", "J34.200"), ("MDCG", "K22.301"), ("MDCJ", "L97.x00 C50.900"))
        for code in codes.split()] + [{"mdc": "MDCZ", "dx": "S06.000", "part": "head"}, {"mdc": "MDCZ", "dx": "S72.000", "part": "leg"}],
    "mdc_adrg": [{"mdc": row["mdc"], "adrg": row["adrg"], "seq": row["seq"]} for row in GROUPS], "adrg_rule": GROUPS,
    "adrg_dx": _listed("dx", PS1="P07.100", PU1="P07.100 P22.000", MA1="C61.x00", MR1="C61.x00", BZ1="G91.900", DU1="J34.200", GZ1="K22.301", JA1="C50.900",
                       JS1="L97.x00 C50.900", JZ1="L97.x00 C50.900"),
    "adrg_proc": [{**row, "tag": None} for row in _listed("proc", MA1="60.5x02", BC2="02.3405 02.4203", JD1="86.6902", ZB1="79.3500")] + [
        {"adrg": "JA1", "list": "0", "proc": code, "tag": tag} for code, tag in (("85.4300", "1"), ("85.4300", "2"), ("40.5100", "2"), ("85.7000", "3"))],
    "drg": [{"adrg": row["adrg"], "seq": seq, "drg": split.split(":")[0], "kind": split.split(":")[1], "name": row["adrg"]}
            for row in GROUPS for seq, split in enumerate(SPLITS.get(row["adrg"], (f"{row['adrg']}9:any",)))],
    "mcc": [{"dx": "K22.301", "excl": "111"}], "cc": [{"dx": code, "excl": number} for code, number in (("K11.901", "110"), ("L97.x00", "127"), ("M89.820", "140"))],
    "cce": [{"dx": code, "excl": number} for code, number in (
        ("K22.301", "111"), ("K11.901", "110"), ("C61.x00", "29"), ("L97.x00", "127"), ("J34.200", "103"), ("G91.900", "74"))],
    "proc_valid": [{"proc": code, "name": ""} for code in "60.5x02 02.3405 02.4203 86.6902 86.0401 79.3500 85.4300 40.5100 85.7000".split()],
    "dx_name": [{"code": code, "value": ""} for code in "E11.900 I10.x05 Z98.800x210 Z54.000 J35.200 J31.000 S72.000".split()],
    "proc_name": [{"code": "96.0800x005", "value": ""}],
    "dx_crosswalk": [{"code": "K22.300x099", "value": "K22.301"}],
    "switches": [{"name": "ambiguity_gate", "value": True}]})


def cases(*rows, scheme=EXCERPT):
    """Tables for cases given as (name, sex, age, diagnoses, operations, more columns): the principal diagnosis is the first."""
    stays, diagnoses, operations = [], [], []
    for name, sex, age, codes, done, *more in rows:
        stays.append({"encounter_id": name, "resident_id": sex, "institution_id": "h", "type_code": "inpatient", "age_years": age, "stay_days": 5,
                      "discharge_way_code": "home", **(more[0] if more else {})})
        diagnoses += [{"encounter_id": name, "sequence_number": place, "diagnosis_code": code, "is_principal": place == 1} for place, code in enumerate(codes.split(), 1)]
        operations += [{"encounter_id": name, "sequence_number": place, "operation_code": code} for place, code in enumerate(done.split(), 1)]
    return {"encounters": stays, "diagnoses": diagnoses, "operations": operations, **compiled(scheme),
            "residents": [{"resident_id": sex, "sex_code": sex} for sex in ("male", "female")], "institutions": [{"institution_id": "h", "is_in_area": True}]}


def _grouped(name, mdc, drg, complication="none", status="grouped", reason="rule", adrg=None):
    return {"encounter_id": name, "status_code": status, "reason_code": reason, "mdc_code": mdc, "adrg_code": adrg or (drg[:3] if drg and mdc else None),
            "drg_code": drg, "complication_code": complication}


SCHEME = (
    Example("公开算例：贲门撕裂伴腮腺炎（并发症排除表 110≠111）入 GZ13 等", "Published answers: a complication counts where its exclusion table is another's",
            numbers=("EX-01", "EX-03", "EX-05", "EX-07", "EX-08"), values={"drg.scheme": "excerpt"},
            given=cases(("EX-01", "female", 88, "K22.301 K11.901 E11.900 I10.x05", "96.0800x005"), ("EX-03", "male", 65, "C61.x00 Z98.800x210", "60.5x02"),
                        ("EX-05", "female", 28, "L97.x00 Z54.000 M89.820", "86.6902 86.0401"), ("EX-07", "female", 15, "J34.200 J35.200 J31.000", ""),
                        ("EX-08", "female", 67, "G91.900 K11.901", "02.3405 02.4203")),
            expect=(_grouped("EX-01", "MDCG", "GZ13", "cc"), _grouped("EX-03", "MDCM", "MA19"), _grouped("EX-05", "MDCJ", "JD13", "cc"),
                    _grouped("EX-07", "MDCD", "DU19"), _grouped("EX-08", "MDCB", "BC23", "cc"))),
    Example("体重、部位数、标签组合、住院天数；不合条件依次试下一组、下一大类", "Weight, body sites, tags and stay; what does not hold falls to the next group, the next category",
            given=cases(("a", "male", 0, "P07.100", "", {"age_days": 3, "birth_weight_grams": 1499}), ("b", "male", 0, "P07.100", "", {"age_days": 3, "birth_weight_grams": 1500}),
                        ("c", "male", 30, "S06.000 S72.000", "79.3500"), ("d", "male", 30, "S06.000 S72.000", ""), ("e", "female", 50, "C50.900", "85.4300"),
                        ("f", "female", 50, "C50.900", "40.5100 85.4300"), ("g", "female", 50, "L97.x00", "", {"stay_days": 2}), ("h", "female", 50, "L97.x00", "60.5x02"),
                        ("i", "female", 65, "C61.x00", ""), ("j", "male", 30, "K22.300x099 L97.x00", "")),
            expect=(_grouped("a", "MDCP", "PS19"), _grouped("b", "MDCP", "PU19"), _grouped("c", "MDCZ", "ZB19"), _grouped("d", "MDCZ", "ZZ19"),
                    _grouped("e", "MDCJ", "JQY", status="ambiguous", reason="unrelated_operation"), _grouped("f", "MDCJ", "JA19"), _grouped("g", "MDCJ", "JZ19"),
                    _grouped("h", "MDCJ", "JQY", status="ambiguous", reason="unrelated_operation"),
                    _grouped("i", None, "0000", status="ungrouped", reason="no_rule"), _grouped("j", "MDCG", "GZ13", "cc"))),
    Example("拒绝入组：缺主要诊断、两个主要诊断、编码不明、新生儿缺日龄或体重", "Refused: no principal diagnosis, two of them, unknown codes, a newborn without age in days or weight",
            given=cases(("a", "male", 30, "", ""), ("b", "male", 30, "Q99.999", ""), ("c", "male", 30, "K22.301", "00.0000"), ("d", "male", 0, "P07.100", ""),
                           ("e", "male", 0, "P07.100", "", {"age_days": 28}), ("f", "nobody", 30, "K22.301", ""), ("g", "male", 30, "K22.301 Q99.999", "")),
            expect=tuple(_grouped(name, None, None, status="refused", reason=reason) for name, reason in (
                ("a", "no_principal_diagnosis"), ("b", "unknown_diagnosis"), ("c", "unknown_operation"), ("d", "no_age_in_days"), ("e", "no_birth_weight"),
                ("f", "unknown_sex"))) + (_grouped("g", "MDCG", "GZ15"),)),
)
