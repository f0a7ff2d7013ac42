"""The price list: services, drugs and material."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, text, whole

CHARGE_ITEMS = Table(
    "charge_items", "收费项目目录", "Charge items", key=("item_code",),
    columns=(
        text("item_code", "项目编码", "item"),
        text("name", "名称", "name"),
        code("class_code", "费用类别", "class", codes.CHARGE_CLASS),
        fen("price_limit_fen", "最高限价", "approved price", nullable=True),
        whole("scope_share_ppm", "医保范围内比例", "share in insurance scope", "ppm", minimum=0),
        code("sex_code", "性别限制", "limited to sex", codes.SEX, nullable=True),
        whole("age_maximum_years", "年龄上限", "highest age allowed", "years", nullable=True, minimum=0),
        flag("is_antibacterial", "抗菌药物", "antibacterial"),
        flag("is_intravenous", "静脉输注", "given by vein"),
        flag("is_essential", "基本药物", "essential drug"),
    ),
)
