"""The subsidy that makes up for zero mark-up on drugs in primary institutions, and who pays which part."""
import ibis

from sanyi.tables import codes
from sanyi.tables.money import take_rate, total
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

DRUG_SUBSIDIES = Table(
    "drug_subsidies", "基层药品补助", "Drug subsidies", key=("institution_id",),
    note="当年实际药品销售额（含退货冲减）× 30%，市级 55% 四舍五入，其余归区级，一分不差；按年末实际列入下一年度预算。"
         " The year's actual drug sales, returns taken off, × 30 %; the city's 55 % rounds half up and the district pays the "
         "rest; fixed at year end, in the next year's budget.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("level_code", "级别", "level", codes.LEVEL),
        text("district_region_id", "所属区", "district that coordinates the subsidy", references="regions.region_id"),
        fen("drug_sales_fen", "当年药品销售额", "drug sales of the year", minimum=None),
        whole("subsidy_share_ppm", "补助比例", "share of sales", "ppm", minimum=0),
        fen("subsidy_fen", "补助总额", "whole subsidy", minimum=None),
        whole("city_share_ppm", "市级分担比例", "city's share", "ppm", minimum=0),
        fen("city_fen", "市级财政", "paid by the city", minimum=None),
        fen("district_fen", "区级财政", "paid by the district", minimum=None),
        whole("budget_year", "列入预算年度", "year of the budget it stands in", "year", minimum=1900),
    ),
)


def _month(institution, month, sales):
    return {"institution_id": institution, "month": month, "drug_income_fen": sales}


@step(DRUG_SUBSIDIES, source=Source("海府办〔2018〕251号", "二(六)", "HK-23 HK-24 ZMK-1", "SEED"), examples=(
    Example("药品销售 12 345 678.90 元：补助 3 703 703.67 元，市 2 037 037.02 元，区 1 666 666.65 元",
            "Drug sales of 12,345,678.90 yuan: subsidy 3,703,703.67, city 2,037,037.02, district 1,666,666.65",
            given={"institutions": [
                {"institution_id": "T1", "level_code": "township", "ownership_code": "public", "region_id": "town", "is_in_area": True},
                {"institution_id": "T2", "level_code": "township", "ownership_code": "public", "region_id": "town", "is_in_area": True},
                {"institution_id": "H1", "level_code": "3A", "ownership_code": "public", "region_id": "town", "is_in_area": True},
                {"institution_id": "C1", "level_code": "community", "ownership_code": "private", "region_id": "town",
                 "is_in_area": True}],
                "regions": [{"region_id": "town", "level_code": "town", "parent_region_id": "meilan"},
                            {"region_id": "meilan", "level_code": "district", "parent_region_id": "city"}],
                "monthly_finance": [_month("T1", 202001, 1_300_000_000), _month("T1", 202002, -65_432_110),
                                    _month("T1", 201912, 999), _month("H1", 202001, 500), _month("C1", 202001, 500)]},
            expect=[{"institution_id": "T1", "district_region_id": "meilan", "drug_sales_fen": 1_234_567_890,
                     "subsidy_fen": 370_370_367, "city_fen": 203_703_702, "district_fen": 166_666_665,
                     "budget_year": 2021},
                    {"institution_id": "T2", "district_region_id": "meilan", "drug_sales_fen": 0, "subsidy_fen": 0,
                     "city_fen": 0, "district_fen": 0, "budget_year": 2021}], numbers=("EX-44",)),
))
def drug_subsidies(monthly_finance, institutions, regions, plan, year):
    """Subsidise the year's drug sales of public primary institutions, split between city and district; fen.

    Every such institution is listed, one without sales with 0.

    Source: HK-23, HK-24, ZMK-1, EX-44.
    """
    primary = institutions.filter(institutions.level_code.isin(codes.PRIMARY_LEVELS)
                                  & (institutions.ownership_code == "public") & institutions.is_in_area)
    finance = monthly_finance.filter((monthly_finance.month >= year * 100 + 1) & (monthly_finance.month <= year * 100 + 12))
    sales = finance.group_by("institution_id").agg(drug_sales_fen=total(finance.drug_income_fen))
    placed = primary.select("institution_id", "level_code", "region_id").left_join(sales, "institution_id").drop(
        "institution_id_right").left_join(districts(regions), "region_id")
    placed = placed.mutate(drug_sales_fen=placed.drug_sales_fen.fill_null(0))
    share, city = plan.value("subsidy.drug_sales_share_ppm"), plan.value("subsidy.city_share_ppm")
    owed = placed.mutate(subsidy_fen=take_rate(placed.drug_sales_fen, share, 1_000_000),
                         subsidy_share_ppm=ibis.literal(share, "int64"), city_share_ppm=ibis.literal(city, "int64"),
                         budget_year=ibis.literal(year + 1, "int64"))
    split = owed.mutate(city_fen=take_rate(owed.subsidy_fen, city, 1_000_000))
    return split.mutate(district_fen=split.subsidy_fen - split.city_fen)


def districts(regions):
    """The district each place lies in: itself, its parent or its parent's parent; the place itself where none is."""
    above = regions.select(place="region_id", place_level="level_code", up="parent_region_id")
    first = above.left_join(above.view().rename(first="place", first_level="place_level", first_up="up"),
                            [("up", "first")])
    second = first.left_join(above.view().rename(second="place", second_level="place_level", second_up="up"),
                             [("first_up", "second")])
    return second.select(region_id="place", district_region_id=ibis.cases(
        (second.place_level == "district", second.place), (second.first_level == "district", second.first),
        (second.second_level == "district", second.second), else_=second.place))
