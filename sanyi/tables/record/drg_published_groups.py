"""The groups of a published price list: weights, coefficients and marks, as the bureau gave them out."""
from sanyi.tables.table import Table, flag, text, whole

DRG_PUBLISHED_GROUPS = Table(
    "drg_published_groups", "公布的DRG病组", "Published groups", key=("drg_code",),
    note="权重取公布值时（drg.weight_source 为 published）用权重列；调整系数、分级系数和标记无论权重来源都用。空值表示公布文件没有给出。"
         " Weights are used where drg.weight_source is published; the expert's factor, the coefficients by tier and the marks always. Empty: not given out.",
    columns=(
        text("drg_code", "病组编码", "group"),
        whole("weight_e9", "公布权重", "published weight", "e9", nullable=True, minimum=0),
        whole("factor_e4", "专家调整系数", "the expert's factor on the computed weight", "e4", nullable=True, minimum=0),
        whole("tertiary_e8", "三级系数", "coefficient in tertiary hospitals", "e8", nullable=True, minimum=0),
        whole("secondary_e8", "二级系数", "coefficient in secondary hospitals", "e8", nullable=True, minimum=0),
        whole("primary_e8", "一级及以下系数", "coefficient in primary institutions", "e8", nullable=True, minimum=0),
        flag("is_basic", "基础病组", "basic group: one price at every level"),
        flag("is_unstable", "非稳定病组", "unstable group"),
        flag("is_single_review", "单议病组", "reviewed case by case: no price"),
    ),
)
