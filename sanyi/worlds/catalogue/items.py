"""The price list of a synthetic region: what a bill's lines may hold, and which pools of items go with which disease.

A word reads name:yuan[:flags]. Flags: a antibacterial, v by vein, e essential drug, f or m limited to a sex,
y for children up to 14 only, 1 or 2 highest count a day (AUD-13). Prices are demonstration values.
"""
from dataclasses import dataclass

DRUGS = {
    "general": """二甲双胍片:22:e 格列美脲片:38:e 阿卡波糖片:46:e 甘精胰岛素注射液:128 达格列净片:72 阿托伐他汀钙片:36:e
        瑞舒伐他汀钙片:42 维生素C注射液:6:ev 氯化钾缓释片:9:e 0.9%氯化钠注射液:5:ev 5%葡萄糖注射液:5:ev 奥美拉唑肠溶胶囊:18:e
        注射用泮托拉唑钠:34:v 硫酸亚铁片:8:e 甲钴胺片:26 α-硫辛酸注射液:58:v 复方甘草酸苷片:33 布洛芬缓释胶囊:16:e
        人血白蛋白:420:v 重组人促红素注射液:86 百令胶囊:64 金水宝片:58""",
    "respiratory": """阿莫西林胶囊:12:ae 头孢呋辛酯片:24:ae 左氧氟沙星片:21:ae 注射用头孢曲松钠:19:aev 注射用哌拉西林钠:66:av
        莫西沙星氯化钠注射液:98:av 氨溴索口服液:23:e 盐酸氨溴索注射液:17:v 布地奈德混悬液:28:e 沙丁胺醇气雾剂:24:e 噻托溴铵粉:148
        孟鲁司特钠片:39 复方甲氧那明胶囊:31 注射用甲泼尼龙:38:v 多索茶碱注射液:26:v 苏黄止咳胶囊:37""",
    "child_respiratory": """小儿氨酚黄那敏颗粒:14:ey 小儿肺热咳喘口服液:29:y 阿莫西林颗粒:15:ae 头孢克洛干混悬剂:27:ay 布洛芬混悬液:19:e
        阿奇霉素颗粒:24:ae 蒲地蓝口服液:33 连花清瘟胶囊:19:e 板蓝根颗粒:9:e 右美沙芬口服液:21 氯雷他定糖浆:18:y
        注射用阿奇霉素:32:aev 炎琥宁注射液:28:v 特布他林雾化液:23""",
    "cardiology": """硝苯地平控释片:32:e 氨氯地平片:18:e 缬沙坦胶囊:34:e 厄贝沙坦片:29 美托洛尔缓释片:27:e 比索洛尔片:25:e 阿司匹林肠溶片:14:e
        氯吡格雷片:46:e 替格瑞洛片:88 呋塞米片:6:e 螺内酯片:7:e 单硝酸异山梨酯片:24:e 地高辛片:5:e 华法林钠片:12:e
        沙库巴曲缬沙坦片:118 低分子肝素钙注射液:49 丹参注射液:22:v 复方丹参滴丸:27 通心络胶囊:36 稳心颗粒:33""",
    "neurology": """依达拉奉注射液:76:v 丁苯酞软胶囊:142 胞磷胆碱注射液:18:v 银杏叶片:24 尼莫地平片:16:e 多奈哌齐片:88 多巴丝肼片:42:e
        丙戊酸钠片:19:e 左乙拉西坦片:66 舍曲林片:44 艾司西酞普兰片:52 奥氮平片:58:e 阿普唑仑片:8:e 甘露醇注射液:9:ev
        阿替普酶:5020:v 天麻素注射液:26:v 血塞通注射液:31:v 脑心通胶囊:34""",
    "digestive": """雷贝拉唑钠片:33 铝碳酸镁片:21:e 莫沙必利片:26:e 蒙脱石散:15:e 双歧杆菌三联胶囊:28:e 克拉霉素片:27:ae 甲硝唑片:5:ae
        恩替卡韦片:34:e 生长抑素:166:v 奥曲肽注射液:92:v 熊去氧胆酸胶囊:118 乳果糖口服液:36:e 注射用还原型谷胱甘肽:29:v
        胃苏颗粒:27 香砂养胃丸:14:e 匹维溴铵片:32""",
    "surgery": """注射用头孢唑林钠:16:aev 注射用头孢美唑:48:av 奥硝唑注射液:32:av 丙泊酚注射液:38:ev 瑞芬太尼:52:v 罗哌卡因注射液:29:e
        氟比洛芬酯注射液:56:v 地佐辛注射液:68:v 蛇毒血凝酶:72:v 脂肪乳注射液:98:v 复方氨基酸注射液:42:v 破伤风抗毒素:11:e 康复新液:36""",
    "gynaecology": """克霉唑阴道片:18:ef 甲硝唑栓:12:aef 黄体酮胶囊:34:ef 戊酸雌二醇片:28:f 桂枝茯苓胶囊:31:f 益母草颗粒:16:ef 米非司酮片:22:ef""",
    "obstetric": """缩宫素注射液:6:ef 叶酸片:8:ef 硫酸镁注射液:5:ev 地屈孕酮片:76:f 卡贝缩宫素:168:f 多糖铁复合物胶囊:38 钙尔奇片:42""",
    "prostate": """坦索罗辛缓释胶囊:46:em 非那雄胺片:52:em 前列舒通胶囊:38:m 癃闭舒胶囊:29:m""",
    "urology": """磷霉素氨丁三醇散:36:a 呋喃妥因肠溶片:9:ae 三金片:19:e
        排石颗粒:22 托特罗定片:34 肾石通颗粒:25""",
    "bone": """塞来昔布胶囊:38 双氯芬酸钠缓释片:15:e 氨基葡萄糖胶囊:49 阿仑膦酸钠片:44 碳酸钙D3片:32:e 骨化三醇胶囊:46:e 秋水仙碱片:8:e
        非布司他片:62 别嘌醇片:9:e 七叶皂苷钠:33:v 接骨七厘片:28 云南白药胶囊:34:e 消痛贴膏:26""",
    "oncology": """注射用奥沙利铂:386:v 注射用紫杉醇:452:v 卡培他滨片:268 注射用吉西他滨:312:v 顺铂注射液:48:ev 昂丹司琼注射液:22:ev
        曲妥珠单抗:5500:v 贝伐珠单抗:1500:v 吉非替尼片:498 他莫昔芬片:24:e 康艾注射液:86:v 地塞米松注射液:5:ev 胸腺法新:168""",
    "skin": """糠酸莫米松乳膏:24:e 炉甘石洗剂:6:e 西替利嗪片:16:e 卤米松乳膏:29 酮康唑乳膏:14:e 莫匹罗星软膏:22:ae 润燥止痒胶囊:27""",
    "eye": """左氧氟沙星滴眼液:21:ae 妥布霉素滴眼液:18:a 玻璃酸钠滴眼液:36 普拉洛芬滴眼液:29 复方托吡卡胺滴眼液:24""",
    "mouth": """甲硝唑口颊片:7:ae 复方氯己定含漱液:14:e 替硝唑片:11:ae 人工牙槽骨胶:88 阿替卡因注射液:16""",
    "ear_nose": """氧氟沙星滴耳液:12:ae 糠酸莫米松鼻喷剂:48 桉柠蒎肠溶胶囊:29 鼻渊舒口服液:27""",
    "newborn": """猪肺磷脂注射液:4800:y 枸橼酸咖啡因:188:y 维生素K1注射液:4:ey 乙肝免疫球蛋白:92:y 注射用氨苄西林:9:aevy 茵栀黄口服液:24:y""",
}
HERBAL = """黄芪饮片:16 当归饮片:19 党参饮片:22 白术饮片:13 茯苓饮片:12 甘草饮片:8 川芎饮片:14 丹参饮片:15 柴胡饮片:18 陈皮饮片:9
    半夏饮片:17 桔梗饮片:14 金银花饮片:28 连翘饮片:21 熟地黄饮片:13 杜仲饮片:16 薏苡仁饮片:9 麦冬饮片:24"""
MATERIALS = """一次性输液器:4 一次性注射器:2 静脉留置针:28 留置针敷贴:9 吸氧管:12 雾化面罩:26 医用棉签:3 无菌纱布:7 导尿包:38 引流袋:14
    中心静脉导管包:368 心电电极片:12 血糖试纸:5 采血针:3 压力泵:420 缝合线:86 止血纱布:268 超声刀头:1280 切割吻合器:2600
    补片:1860 骨科螺钉:680 接骨板:2400 人工晶体:1450 一次性手术包:168 负压引流装置:520 防粘连膜:760 透析器:186 穿刺针:66"""
EXAMINATIONS = """胸部X线摄影:75 胸部CT平扫:260 头部CT平扫:240 头部磁共振平扫:480 腹部超声:90:1 心脏彩色超声:160 颈动脉彩超:130
    常规心电图:22:2 动态心电图:180:1 动态血压监测:150:1 电子胃镜检查:260 电子结肠镜检查:330 肺功能检查:140 腰椎磁共振平扫:460
    关节X线摄影:70 骨密度测定:95:1 脑电图:110 经颅多普勒:120:1 泌尿系超声:85 甲状腺超声:80 眼底照相:60 冠脉CT血管成像:780"""
EXAMINATIONS_FEMALE = """经阴道超声:120:f 阴道镜检查:110:f 胎儿彩超:180:f 乳腺钼靶:170:f"""
EXAMINATIONS_MALE = """经直肠前列腺超声:130:m 精液分析仪检查:90:m"""
LABORATORY = """血常规:20:2 尿常规:12:1 便常规:10:1 肝功能:48:1 肾功能:36:1 血脂:40:1 电解质:34:2 空腹血糖:6 糖化血红蛋白:52:1
    凝血功能:56:1 C反应蛋白:28:2 降钙素原:110:1 血气分析:68 心肌酶谱:58:2 肌钙蛋白:92 脑钠肽:128:1 D-二聚体:66
    甲状腺功能:120:1 乙肝五项:45:1 肿瘤标志物:180:1 痰培养:62:1 血培养:88 尿培养:58 血型鉴定:24:1 交叉配血:46 血沉:12:1
    类风湿因子:26:1 维生素D测定:78:1 幽门螺杆菌检测:60:1 术前四项:96:1"""
TREATMENTS = """静脉输液:8 静脉注射:4 肌内注射:3 皮下注射:3 雾化吸入:12 氧气吸入:5 心电监测:6 换药:18 导尿:22 鼻饲:10 洗胃:60 清创缝合:90
    灌肠:20 吸痰护理:8 口腔护理:6 呼吸机辅助呼吸:18 无创通气:14 血液透析:380 牙髓治疗:120 拔牙:80 龈上洁治:110 推拿治疗:45
    针刺:38 艾灸:26 拔罐:16 红外线治疗:14 中频电治疗:20 运动疗法:38 作业疗法:35 电针:32 穴位贴敷:24 小针刀:160 关节腔穿刺:58
    光疗:12 腹腔穿刺:64 胸腔穿刺:70 腰椎穿刺:80 换药(大):42 微波治疗:28 冷冻治疗:34"""
TREATMENTS_FEMALE = """阴道灌洗:26:f 宫颈物理治疗:120:f 产程监护:40:f 会阴冲洗:12:f"""
TREATMENTS_MALE = """前列腺按摩:35:m 前列腺注射:68:m"""
PAIRED = """静脉穿刺置管费:15 超声计算机图文报告:30 心电图自动分析:12 生化标本采集分离费:6 全血细胞分类计数:9 雾化药物配置费:8
    输液观察费:10 氧气湿化费:4 换药材料处置费:9 针刺留针费:12"""
SURGERY = """一级手术费(小):380 一级手术费(大):620 二级手术费(小):980 二级手术费(大):1350 三级手术费(小):1980 三级手术费(大):2650
    四级手术费(小):3800 四级手术费(大):5200 局部浸润麻醉:60 椎管内麻醉:420 全身麻醉:880 麻醉监护:160"""
NURSING = """一级护理:32:1 二级护理:20:1 三级护理:12:1 重症监护护理:160:1 新生儿护理:36:1"""
BEDS = """普通病房床位费(三人间):42:1 普通病房床位费(双人间):60:1 基层病房床位费:22:1 重症监护病房床位费:180:1 母婴同室床位费:52:1"""
CONSULTATIONS = """普通门诊诊察费:15:1 副主任医师门诊诊察费:25:1 主任医师门诊诊察费:35:1 急诊诊察费:25:1 基层一般诊疗费:10:1 村室一般诊疗费:6:1
    住院诊察费:20:1 互联网复诊诊察费:15:1"""
OTHERS = "健康档案管理费:8 煎药费:5 取暖费:6 空调费:7 救护车费:120 病历复印费:4"

MUTUALLY_EXCLUSIVE = (
    ("静脉输液", "静脉穿刺置管费"), ("腹部超声", "超声计算机图文报告"), ("常规心电图", "心电图自动分析"), ("肝功能", "生化标本采集分离费"),
    ("血常规", "全血细胞分类计数"), ("雾化吸入", "雾化药物配置费"), ("静脉注射", "输液观察费"), ("氧气吸入", "氧气湿化费"),
    ("换药", "换药材料处置费"), ("针刺", "针刺留针费"),
)

SCOPE_PPM = {"drug": 920_000, "herbal": 950_000, "material": 700_000, "examination": 930_000, "laboratory": 950_000,
             "treatment": 960_000, "surgery": 980_000, "nursing": 1_000_000, "bed": 850_000, "consultation": 1_000_000, "other": 0}
FIXED_PRICE_CLASSES = ("examination", "laboratory", "nursing", "bed", "consultation")


@dataclass(frozen=True)
class Item:
    """One line of the price list; `pool` is the disease pool a drug belongs to ("" for all)."""

    code: str
    name: str
    class_code: str
    price_fen: int
    flags: str
    pool: str

    @property
    def sex_code(self) -> str | None:
        """The sex the item is limited to."""
        return "female" if "f" in self.flags else "male" if "m" in self.flags else None

    @property
    def daily_limit(self) -> int | None:
        """How often a day the item may be charged, if that is limited."""
        return next((int(flag) for flag in self.flags if flag.isdigit()), None)

    @property
    def scope_ppm(self) -> int:
        """The share in insurance scope: essential drugs whole, dear drugs half."""
        if self.class_code != "drug":
            return SCOPE_PPM[self.class_code]
        return 1_000_000 if "e" in self.flags else 700_000 if self.price_fen > 40_000 else SCOPE_PPM["drug"]


def items() -> tuple[Item, ...]:
    """The whole price list, in the order of its codes."""
    found: list[Item] = []
    for pool, words in DRUGS.items():
        found += _items("XD", len(found), "drug", words, pool)
    for class_code, letters, groups in _SERVICES:
        for pool, words in groups:
            found += _items(letters, len(found), class_code, words, pool)
    return tuple(found)


_SERVICES = (
    ("herbal", "XH", (("", HERBAL),)), ("material", "MT", (("", MATERIALS),)),
    ("examination", "FE", (("", EXAMINATIONS), ("female", EXAMINATIONS_FEMALE), ("male", EXAMINATIONS_MALE))),
    ("laboratory", "FL", (("", LABORATORY),)),
    ("treatment", "FT", (("", TREATMENTS), ("female", TREATMENTS_FEMALE), ("male", TREATMENTS_MALE), ("paired", PAIRED))),
    ("surgery", "FS", (("", SURGERY),)), ("nursing", "FN", (("", NURSING),)), ("bed", "FB", (("", BEDS),)),
    ("consultation", "FC", (("", CONSULTATIONS),)), ("other", "FO", (("", OTHERS),)),
)


def _items(letters: str, start: int, class_code: str, words: str, pool: str) -> list[Item]:
    found = []
    for place, word in enumerate(words.split(), start + 1):
        name, yuan, *flags = word.split(":")
        found.append(Item(f"{letters}{place:05d}", name, class_code, int(yuan) * 100, "".join(flags), pool))
    return found
