"""Codes that several tables share, each with its meaning in Chinese and English."""

INSURANCE = {"resident": ("城乡居民", "urban-rural residents"), "employee": ("职工", "employees")}

LEVEL = {
    "3A": ("三级甲等", "tertiary, grade A"), "3B": ("三级乙等", "tertiary, grade B"),
    "2A": ("二级甲等", "secondary, grade A"), "2B": ("二级乙等", "secondary, grade B"),
    "1": ("一级", "level one"), "community": ("社区卫生服务中心", "community health centre"),
    "township": ("乡镇卫生院", "township hospital"), "village": ("村卫生室", "village clinic"),
}
HOSPITAL_LEVELS = ("3A", "3B", "2A", "2B")
PRIMARY_LEVELS = ("1", "community", "township", "village")

SEX = {"male": ("男", "male"), "female": ("女", "female")}

ENCOUNTER_TYPE = {
    "outpatient": ("门诊", "outpatient visit"), "emergency": ("急诊", "emergency visit"),
    "inpatient": ("住院", "inpatient stay"), "day_surgery": ("日间手术", "day surgery"),
    "internet": ("互联网诊疗", "internet visit"),
}
VISIT_TYPES = ("outpatient", "emergency", "internet")
STAY_TYPES = ("inpatient", "day_surgery")

CHARGE_CLASS = {
    "drug": ("西药及中成药", "drugs"), "herbal": ("中药饮片", "herbal pieces"),
    "material": ("卫生材料", "health material"), "examination": ("检查", "examination"),
    "laboratory": ("化验", "laboratory"), "treatment": ("治疗", "treatment"), "surgery": ("手术", "surgery"),
    "nursing": ("护理", "nursing"), "bed": ("床位", "bed"), "consultation": ("诊察", "consultation"),
    "other": ("其他", "other"),
}
SERVICE_CLASSES = ("treatment", "surgery", "nursing", "bed", "consultation", "other")

DISCHARGE_WAY = {
    "home": ("医嘱离院", "home"), "transfer": ("医嘱转院", "to another hospital"),
    "community": ("医嘱转基层", "to primary care"), "against_advice": ("非医嘱离院", "against advice"),
    "died": ("死亡", "died"),
}

SCOPE = {"region": ("全区域", "region"), "consortium": ("医联体", "consortium"),
         "institution": ("医疗机构", "institution")}
