"""Yearly figures from the statistics office and others."""
from sanyi.tables.table import Table, code, text, whole

STATISTICS = Table(
    "statistics", "统计数据", "Statistics", key=("region_id", "year", "statistic_code"),
    columns=(
        text("region_id", "区划代码", "region code", references="regions.region_id"),
        whole("year", "年度", "year", "year", minimum=1900),
        code("statistic_code", "指标", "statistic", {
            "permanent_residents": ("常住人口数", "permanent residents"),
            "income_growth_ppm": ("居民人均可支配收入增速", "growth of disposable income per head, ppm"),
            "gdp_growth_ppm": ("地区生产总值增速", "growth of GDP, ppm"),
            "price_growth_ppm": ("居民消费价格涨幅", "growth of consumer prices, ppm"),
            "health_expenditure_fen": ("卫生总费用", "total health expenditure, fen"),
            "out_of_pocket_fen": ("个人卫生支出", "household out-of-pocket health spending, fen"),
            "eligible_persons": ("应参保人数", "persons who should be insured")}),
        whole("value", "数值", "value in the unit its code names"),
    ),
)
