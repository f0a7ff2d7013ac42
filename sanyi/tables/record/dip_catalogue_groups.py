"""The groups of imported catalogues and of rule layers, several catalogues side by side."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, text, whole

DIP_CATALOGUE_GROUPS = Table(
    "dip_catalogue_groups", "病种目录（导入）", "Imported groups", key=("catalogue_code", "group_code"),
    note="目录名称由导入者起；方案的 dip.catalogue 与 dip.layer_rules 决定用哪一个。分值、权重、均费依次取第一个非空者。"
         "The plan says which catalogue is used. Of points, weight and mean cost the first that is given counts.",
    columns=(
        text("catalogue_code", "目录名称", "catalogue"),
        text("group_code", "病种编码", "group"),
        code("layer_code", "层级", "layer", codes.GROUPED_LAYER),
        whole("order_number", "层内次序", "place in its layer: the first rule that holds wins", "", minimum=0),
        text("name", "病种名称", "name"),
        whole("points_e4", "基准分值", "points", "e4", nullable=True, minimum=0),
        whole("weight_e4", "权重 RW", "weight", "e4", nullable=True, minimum=0),
        fen("mean_fen", "平均费用", "mean cost", nullable=True),
        text("paid_as_code", "按此病种计分", "group whose points it takes (the western group of a Chinese-medicine one)", nullable=True),
        flag("is_primary_care", "基层病种", "primary-care group"),
        flag("is_tcm_advantage", "中医优势病种", "group of advantage to Chinese medicine: never divided"),
        flag("is_bed_day", "按床日付费病种", "bed-day group: never divided"),
        whole("greatest_age_days", "日龄上限", "greatest age in days", "days", nullable=True, minimum=0),
        whole("least_birth_weight_grams", "出生体重下限（含）", "least birth weight", "grams", nullable=True, minimum=0),
        whole("greatest_birth_weight_grams", "出生体重上限（含）", "greatest birth weight", "grams", nullable=True, minimum=0),
        whole("least_ventilation_hours", "呼吸机时长下限", "least hours on a ventilator", "hours", nullable=True, minimum=0),
    ),
)
