"""Matching a case to the catalogue: the narrowest core key first, the comprehensive group last."""
import ibis


def matched(cases, dip_catalogue_keys):
    """Add to each case the group it falls in: its full key, else its main key, else its comprehensive key.

    Adds group_code and match_code (full, main, comprehensive); both empty for a case with a fault. Source: DIP-3.
    A case that keeps related operations matches with all of them or with none; keys of some of them are not tried.
    """
    full = dip_catalogue_keys.select(full_group="group_code")
    main = dip_catalogue_keys.select(main_group="group_code")
    cases = cases.left_join(full, cases.full_key_code == full.full_group).mutate(has_matched=True)
    cases = cases.left_join(main, cases.main_key_code == main.main_group).drop("has_matched")
    return cases.mutate(
        group_code=ibis.coalesce(cases.full_group, cases.main_group, cases.comprehensive_key_code),
        match_code=ibis.cases((cases.fault_code.notnull(), ibis.null("string")), (cases.full_group.notnull(), "full"),
                              (cases.main_group.notnull(), "main"), else_="comprehensive"))
