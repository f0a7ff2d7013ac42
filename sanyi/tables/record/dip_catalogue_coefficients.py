"""The auxiliary coefficients of imported catalogues."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, text, whole

DIP_CATALOGUE_COEFFICIENTS = Table(
    "dip_catalogue_coefficients", "辅助目录系数（导入）", "Imported auxiliary coefficients",
    key=("catalogue_code", "group_code", "dimension_code", "level_code"),
    columns=(
        text("catalogue_code", "目录名称", "catalogue"),
        text("group_code", "病种编码", "group"),
        code("dimension_code", "辅助目录", "dimension", codes.AUXILIARY_DIMENSION),
        text("level_code", "分级", "level"),
        whole("coefficient_e4", "辅助系数", "coefficient", "e4", minimum=0),
    ),
)
