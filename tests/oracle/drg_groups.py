"""A slow second opinion on DRG grouping: one case at a time, straight from a scheme's published tables and the rule text."""
from itertools import permutations


class Grouper:
    """A scheme's rows by table, as typed by the import, with its switches."""

    def __init__(self, tables, switches):
        self.tables = {name: list(rows) for name, rows in tables.items()}
        self.switches = switches
        self.known_dx = {row["code"] for row in self.rows("dx_name")} | {row["dx"] for name in ("mdc_dx", "adrg_dx", "mcc", "cc", "cce") for row in self.rows(name)}
        self.known_proc = {row["code"] for row in self.rows("proc_name")} | {row["proc"] for name in ("adrg_proc", "proc_valid") for row in self.rows(name)}
        self.valid = {row["proc"] for row in self.rows("proc_valid")}
        self.mcc, self.cc, self.cce = ({row["dx"]: row["excl"] for row in self.rows(name)} for name in ("mcc", "cc", "cce"))
        self.sites = {(row["mdc"], row["dx"]): row.get("part") for row in self.rows("mdc_dx")}
        self.dx, self.proc, self.tag = {}, {}, {}
        for row in self.rows("adrg_dx"):
            self.dx.setdefault((row["adrg"], row["list"]), set()).add(row["dx"])
        for row in self.rows("adrg_proc"):
            self.proc.setdefault((row["adrg"], row["list"]), set()).add(row["proc"])
            if row.get("tag"):
                self.tag.setdefault((row["adrg"], row["tag"]), set()).add(row["proc"])
        self.gates = sorted(self.rows("mdc_rule"), key=lambda row: row["seq"])
        place = {(row["mdc"], row["adrg"]): row["seq"] for row in self.rows("mdc_adrg")}
        self.asked = sorted(self.rows("adrg_rule"), key=lambda row: (place[row["mdc"], row["adrg"]], row["adrg"], row["seq"]))
        self.splits = sorted(self.rows("drg"), key=lambda row: row["seq"])

    def rows(self, name):
        return self.tables.get(name, [])

    def mapped(self, code, crosswalk, known):
        """The clinical edition's code first turned into the insurance edition's; None where neither knows it."""
        if self.switches["crosswalk"]:
            for row in self.rows(crosswalk):
                if row["code"] == code and row["value"] in known:
                    return row["value"]
        return code if code in known else None

    def group(self, case):
        """(status, reason, mdc, adrg, drg) of a case with sex, ages, weight, stay, icu, leaving, principals, others, operations."""
        fault = self.fault(case)
        if fault:
            return ("refused", fault, None, None, None)
        seen = dict(case)
        seen["pdx"] = self.mapped(case["principals"][0], "dx_crosswalk", self.known_dx)
        seen["sdx"] = [code for code in (self.mapped(one, "dx_crosswalk", self.known_dx) for one in case["others"]) if code]
        procs = [self.mapped(one, "proc_crosswalk", self.known_proc) for one in case["operations"]]
        seen["main"], seen["procs"] = (procs[0] if procs else None), [code for code in procs if code]
        seen["level"] = self.level(seen)
        for gate in self.gates:
            if self.opens(gate, seen):
                found = self.inside(gate, seen)
                if found:
                    return found
        return ("ungrouped", "no_rule", None, None, "0000")

    def fault(self, case):
        if not case["principals"]:
            return "no_principal_diagnosis"
        if len(case["principals"]) > 1:
            return "two_principal_diagnoses"
        if self.mapped(case["principals"][0], "dx_crosswalk", self.known_dx) is None:
            return "unknown_diagnosis"
        if case["sex"] not in (1, 2):
            return "unknown_sex"
        if case["age_years"] is None:
            return "no_age"
        if case["age_years"] == 0 and case["age_days"] is None:
            return "no_age_in_days"
        if self.switches["newborn_weight"] and case["age_years"] == 0 and case["age_days"] <= 28 and not case["weight"]:
            return "no_birth_weight"
        if self.switches["refuse_unknown_operation"] and any(self.mapped(one, "proc_crosswalk", self.known_proc) is None for one in case["operations"]):
            return "unknown_operation"
        return None

    def level(self, seen):
        excluded = self.cce.get(seen["pdx"])
        if any(code in self.mcc and self.mcc[code] != excluded for code in seen["sdx"]):
            return "mcc"
        return "cc" if any(code in self.cc and self.cc[code] != excluded for code in seen["sdx"]) else "none"

    def meets(self, row, seen):
        """The condition columns that gates, groups and splits share."""
        days = seen["age_days"] if seen["age_days"] is not None else seen["age_years"] * 365
        weight, icu = seen["weight"] or 0, seen["icu"] or 0
        if row.get("gender") and int(row["gender"]) != seen["sex"]:
            return False
        if row.get("needs_weight") and not weight:
            return False
        if row.get("min_weight") is not None and weight < row["min_weight"] or row.get("max_weight") is not None and weight >= row["max_weight"]:
            return False
        for what, value in (("age_years", seen["age_years"]), ("age_day", days), ("icu_hours", icu)):
            if row.get(f"min_{what}") is not None and value < row[f"min_{what}"] or row.get(f"max_{what}") is not None and value > row[f"max_{what}"]:
                return False
        if row.get("min_stay_days") is not None or row.get("max_stay_days") is not None:
            if seen["stay"] is None or seen["stay"] < (row.get("min_stay_days") or 0):
                return False
            if row.get("max_stay_days") is not None and seen["stay"] > row["max_stay_days"]:
                return False
        return not row.get("leaving_types") or str(seen["leaving"]) in row["leaving_types"].split("|")

    def opens(self, gate, seen):
        mdc = gate["mdc"]
        if gate["pdx_in"] and (mdc, seen["pdx"]) not in self.sites:
            return False
        if gate["main_proc_valid"] and seen["main"] not in self.valid:
            return False
        if gate.get("min_sites") and len({self.sites.get((mdc, code)) for code in (seen["pdx"], *seen["sdx"])} - {None, ""}) < gate["min_sites"]:
            return False
        return self.meets(gate, seen)

    def inside(self, gate, seen):
        asked = [row for row in self.asked if row["mdc"] == gate["mdc"]]
        has_medical = any(row["adrg"][1] >= "R" for row in asked)
        gated = gate["has_ambiguity"] if gate.get("has_ambiguity") is not None else gate["pdx_in"] and has_medical
        is_ambiguous = self.switches["ambiguity_gate"] and gated and any(code in self.valid for code in seen["procs"])
        ambiguous = ("ambiguous", "unrelated_operation", gate["mdc"], gate["mdc"][-1] + "QY", gate["mdc"][-1] + "QY")
        for row in asked:
            if is_ambiguous and row["adrg"][1] >= "R":
                return ambiguous
            if self.fulfils(row, seen):
                for split in self.splits:
                    kinds = {"any": ("none", "cc", "mcc"), "mcc": ("mcc",), "mcc_or_cc": ("cc", "mcc"), "cc": ("cc",), "none": ("none",)}[split["kind"]]
                    if split["adrg"] == row["adrg"] and seen["level"] in kinds and self.meets(split, seen):
                        return ("grouped", "rule", gate["mdc"], row["adrg"], split["drg"])
        return ambiguous if is_ambiguous else None

    def fulfils(self, row, seen):
        adrg, every, procs = row["adrg"], {seen["pdx"], *seen["sdx"]}, set(seen["procs"])
        nothing = not any(value for name, value in row.items() if name not in ("mdc", "seq", "adrg"))
        in_list = lambda kind, number: kind.get((adrg, number), set())  # noqa: E731
        asked = [
            (row["pdx_in"] or nothing and not self.switches["pv1_any_principal"], seen["pdx"] in in_list(self.dx, "0")), (row["any_dx_in"], every & in_list(self.dx, "0")),
            (row["main_proc_in"], seen["main"] in in_list(self.proc, "0")), (row["any_proc_in0"], procs & in_list(self.proc, "0")),
            (row["any_proc_in1"], procs & in_list(self.proc, "1")), (row["main_proc_valid"], seen["main"] in self.valid),
            (row["no_valid_proc"], not procs & self.valid), (row.get("any_proc_valid"), procs & self.valid)]
        asked += [(True, every & in_list(self.dx, number)) for number in (row.get("dx_lists") or "").split("+") if number]
        asked += [(True, set(seen["sdx"]) & in_list(self.dx, number)) for number in (row.get("sdx_lists") or "").split("+") if number]
        asked += [(True, procs & in_list(self.proc, number)) for number in (row.get("proc_lists") or "").split("+") if number]
        if row.get("tag_dnf"):
            asked.append((True, any(self.tags(adrg, set(part.split("+")), procs, row.get("tags_apart")) for part in row["tag_dnf"].split(";"))))
        return all(bool(holds) for wanted, holds in asked if wanted) and self.meets(row, seen)

    def tags(self, adrg, wanted, procs, apart):
        """Whether operations carry all tags; apart: by trying every way to give each tag an operation of its own."""
        carry = lambda tag, proc: proc in self.tag.get((adrg, tag), set())  # noqa: E731
        if not apart:
            return all(any(carry(tag, proc) for proc in procs) for tag in wanted)
        order = sorted(wanted)
        return any(all(carry(tag, proc) for tag, proc in zip(order, chosen)) for chosen in permutations(sorted(procs), len(order)))
