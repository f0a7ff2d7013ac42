"""The diseases of a synthetic region: who gets them, when, what they cost and which operations they bring.

Codes are public (ICD-10, insurance edition 2.0). Frequencies and costs are demonstration values, not statistics.
A line of STAYS reads: code | name | marker | sex | weight by age band | frequency | season | days | yuan |
primary care 0–9 | fatality 0–9 | charge pool | main operations (code:percent) ; related operations (code:percent).
Age bands: under 1, 1–6, 7–17, 18–44, 45–64, 65–79, 80 and over. Markers: v vital organ, o organ failure, - none.
"""
from dataclasses import dataclass

from sanyi.worlds.catalogue.rare_diseases import BANDS, FREQUENCY, rare_rows

BAND_STARTS = (0, 1, 7, 18, 45, 65, 80)

STAYS = """
A09.900|胃肠炎和结肠炎|-|-|5643234|30|s|5|3600|7|0|digestive|
A15.000|肺结核,经显微镜下痰检查证实|v|-|0012343|4|n|14|9800|2|1|respiratory|33.2200:12
A17.000+G01*|结核性脑膜炎|o|-|1122322|1|n|20|26000|0|3|neurology|03.3100:60
A41.900|脓毒症|o|-|3211245|5|n|12|28000|0|7|respiratory|38.9300:25;96.0400:15
B18.100|慢性乙型病毒性肝炎|v|-|0003431|6|n|9|7600|3|0|digestive|50.1100:8
C16.900|胃恶性肿瘤|-|-|0001354|4|n|15|34000|0|3|oncology|43.7x00:45;54.5100:20 99.1500:30
C18.900|结肠恶性肿瘤|-|-|0001354|4|n|15|36000|0|2|oncology|45.7300:25 45.7600:25;54.5100:20 99.1500:30
C22.000|肝细胞癌|-|-|0002442|3|n|12|29000|0|4|oncology|50.2200:25 99.2501:25
C34.900|支气管或肺恶性肿瘤|-|-|0001463|7|n|12|27000|0|5|oncology|32.4100:25 33.2400:20;34.0401:30
C50.900|乳房恶性肿瘤|-|f|0003520|4|n|11|21000|0|1|oncology|85.4300:50 85.4100:15
C53.900|宫颈恶性肿瘤|-|f|0002420|2|n|13|24000|0|1|oncology|68.4900:35 92.2900:30
C61.x00|前列腺恶性肿瘤|-|m|0000264|2|n|11|20000|0|2|prostate|60.1100:45
C73.x00|甲状腺恶性肿瘤|-|-|0004420|3|n|7|17000|0|0|surgery|06.4x00:55 06.2x00:35
D25.900|子宫平滑肌瘤|-|f|0005600|6|n|8|12500|1|0|gynaecology|68.2900:45 68.4100:30 68.4900:10;65.2500:12
D50.900|缺铁性贫血|-|-|2114333|4|n|7|5600|4|0|general|99.0400:35
E04.900|非毒性甲状腺肿|-|-|0003420|4|n|7|11000|0|0|surgery|06.2x00:50 06.3900:30
E11.900|2型糖尿病|-|-|0001564|24|n|9|6200|4|0|general|
E11.200|2型糖尿病伴有肾的并发症|v|-|0001454|5|n|10|8800|2|1|general|
E11.400|2型糖尿病伴有神经的并发症|-|-|0001464|7|n|9|7200|3|0|general|
F20.900|精神分裂症|-|-|0014421|3|n|30|9800|1|0|neurology|
G20.x00|帕金森病|-|-|0000264|3|n|9|7000|3|0|neurology|
G40.900|癫痫|-|-|2333222|4|n|7|6400|2|0|neurology|
G45.900|短暂性大脑缺血性发作|-|-|0001465|10|w|8|7000|4|0|neurology|88.9100:20
H26.900|白内障|-|-|0000266|9|n|3|7200|0|0|eye|13.4100:90;13.7100:92
I10.x05|高血压3级|-|-|0001455|18|w|8|5200|6|0|cardiology|
I20.000|不稳定型心绞痛|v|-|0001565|14|w|8|12500|1|1|cardiology|88.5500:18 88.5600:15 36.0700:25;00.4500:20 00.6600:18
I21.900|急性心肌梗死|o|-|0001354|6|w|9|36000|0|6|cardiology|36.0700:60 88.5600:15;00.6600:55 00.4500:50 37.2200:12
I25.103|冠状动脉粥样硬化性心脏病|v|-|0001466|20|w|8|9800|3|1|cardiology|88.5500:18 36.0700:12;00.4500:10
I50.900|心力衰竭|o|-|1001256|11|w|10|9600|3|5|cardiology|
I61.900|脑内出血|o|-|0001355|5|w|17|31000|0|7|neurology|01.2400:22 01.3900:12;96.0400:25 31.1x00:15 96.7100:15
I63.900|脑梗死|v|-|0001377|28|w|12|12000|2|3|neurology|88.9100:12 99.1000:7 39.7400:3
I69.300|脑梗死后遗症|-|-|0000266|9|n|14|6400|7|1|neurology|93.3900:40
I83.900|下肢静脉曲张|-|-|0002530|4|n|7|9800|1|0|surgery|38.5900:80
J06.900|急性上呼吸道感染|-|-|7852123|22|w|5|2700|8|0|child_respiratory|
J12.900|病毒性肺炎|v|-|4411123|6|w|8|6600|3|2|child_respiratory|
J15.900|细菌性肺炎|v|-|4311245|12|w|9|7800|4|3|respiratory|33.2200:6
J18.000|支气管肺炎|v|-|9831012|26|w|7|4100|6|0|child_respiratory|93.9400:30
J18.900|肺炎|v|-|3221367|26|w|9|6400|5|3|respiratory|93.9400:15
J20.900|急性支气管炎|-|-|6632234|24|w|6|3300|8|0|child_respiratory|93.9400:20
J35.000|慢性扁桃体炎|-|-|0253100|4|n|6|7600|0|0|ear_nose|28.2x00:45 28.3x00:30
J44.100|慢性阻塞性肺病伴有急性加重|v|-|0000269|24|w|10|8800|4|3|respiratory|93.9000:12 96.0400:3
J45.900|哮喘|-|-|1332234|6|w|7|5600|4|0|respiratory|93.9400:30
J96.000|急性呼吸衰竭|o|-|2110136|4|w|13|34000|0|8|respiratory|96.7100:40 96.7200:20;96.0400:55 38.9300:25
K25.900|胃溃疡|-|-|0012443|6|n|8|6800|4|0|digestive|45.1600:40
K29.500|慢性胃炎|-|-|0013443|14|n|6|3700|7|0|digestive|45.1600:25
K35.800|急性阑尾炎|-|-|0255322|11|s|7|9400|2|0|surgery|47.0100:55 47.0900:25;54.5100:8
K40.900|单侧腹股沟疝|-|-|1421355|8|n|6|8600|1|0|surgery|53.0500:40 17.1200:35 53.0000:15
K63.500|结肠息肉|-|-|0001542|9|n|5|6000|1|0|digestive|45.4200:75 45.4300:15
K74.600|肝硬变|v|-|0001443|5|n|11|11800|1|4|digestive|54.9100:18
K80.100|胆囊结石伴有胆囊炎|-|-|0004543|12|s|8|12200|1|0|surgery|51.2300:60 51.2200:10;51.8800:8
K85.900|急性胰腺炎|v|-|0004432|5|n|11|15800|0|2|digestive|51.1000:8 54.9100:6
K92.200|胃肠出血|v|-|1112355|7|w|8|9800|1|2|digestive|45.1600:30 43.4100:14;99.0400:30
L30.900|皮炎|-|-|3222222|3|s|7|4200|4|0|general|
M10.900|痛风|-|m|0003431|4|s|7|5000|5|0|bone|
M17.900|膝关节病|-|-|0000454|8|n|10|13800|3|0|bone|81.5400:28 80.2600:15 81.9200:25
M47.900|脊椎关节强硬|-|-|0002543|12|n|9|5200|7|0|bone|93.3900:33 17.9500:12
M51.200|椎间盘移位|-|-|0005542|16|n|9|8200|4|0|bone|80.5100:14 81.0800:8 03.9100:10;93.3900:20
N13.200|肾盂积水伴有结石梗阻|-|-|0004531|6|s|8|13200|0|0|urology|56.0x00:45 56.3100:15 55.0300:12;59.8x00:35
N17.900|急性肾衰竭|o|-|1111234|2|n|12|19800|0|6|general|39.9500:45;38.9300:35
N18.500|慢性肾脏病5期|o|-|0003443|8|n|10|11200|1|3|general|39.9500:55 39.2700:12;38.9300:15
N20.100|输尿管结石|-|-|0005421|9|s|6|8800|1|0|urology|98.5100:30 56.0x00:40;59.8x00:30
N39.000|泌尿道感染|-|-|4223344|8|s|7|4400|6|0|urology|
N40.x00|前列腺增生|-|m|0000266|8|n|10|12400|1|0|prostate|60.2900:50;57.9400:25
N92.000|月经过多|-|f|0015400|4|n|5|4300|4|0|gynaecology|69.0900:50 68.1200:25
O14.100|重度先兆子痫|v|f|0004000|2|n|8|12200|0|1|obstetric|74.1x00:70
O42.900|胎膜早破|-|f|0007000|7|n|5|6800|1|0|obstetric|74.1x00:35 73.6x00:25;75.6900:20
O80.000|头位顺产|-|f|0009000|34|n|4|4500|4|0|obstetric|73.6x00:25 73.5900:15;75.6900:25
O82.000|经选择性剖宫产术的分娩|-|f|0009000|26|n|6|9200|1|0|obstetric|74.1x01:96;65.2500:3
S06.000|脑震荡|-|-|1232321|6|s|7|5400|4|0|neurology|86.2200:12
S06.900|颅内损伤|o|-|1123343|5|n|15|24800|0|6|neurology|01.2400:22;96.0400:25 31.1x00:14
S22.300|肋骨骨折|-|-|0013443|7|n|10|7800|4|0|bone|34.0401:8
S52.500|桡骨下端骨折|-|-|0353343|8|n|8|12200|2|0|bone|79.3200:40 79.1200:25
S72.000|股骨颈骨折|-|-|0001248|8|w|14|35000|0|2|bone|81.5200:40 81.5100:25 79.3500:20;99.0400:20
S82.200|胫骨骨干骨折|-|-|0144322|6|n|14|24500|1|0|bone|79.3600:65 78.6000:10;86.2200:15
T30.000|身体烧伤|-|-|3422211|2|w|12|11800|1|1|general|86.2200:40
Z49.100|体外透析|-|-|0003443|6|n|2|2600|1|0|general|39.9500:97
Z51.100|为肿瘤化学治疗疗程|-|-|0103564|20|n|5|8200|1|0|oncology|99.2500:85;38.9300:10
"""

NEWBORN = """
P07.100|其他低出生体重(1000-2499克)|v|-|9000000|10|n|16|19000|0|2|newborn|93.9000:25 96.0400:8
P07.300|早产婴儿|v|-|9000000|14|n|14|16000|0|1|newborn|93.9000:20;99.8300:45
P22.000|新生儿呼吸窘迫综合征|o|-|9000000|6|n|15|27000|0|4|newborn|96.0400:35 93.9000:40;96.7100:30
P23.900|先天性肺炎|v|-|9000000|20|w|8|8200|1|0|newborn|93.9400:25
P36.900|新生儿细菌性脓毒症|o|-|9000000|5|n|12|14500|0|3|newborn|03.3100:35;38.9300:20
P59.900|新生儿黄疸|-|-|9000000|45|n|6|4400|2|0|newborn|99.8300:75
"""

VISITS = """
J06.900|急性上呼吸道感染|-|-|9985543|150|w|child_respiratory
J03.900|急性扁桃体炎|-|-|4765322|40|w|child_respiratory
J20.900|急性支气管炎|-|-|7654445|60|w|child_respiratory
J42.x00|慢性支气管炎|-|-|0001356|30|w|respiratory
J44.900|慢性阻塞性肺病|v|-|0000257|25|w|respiratory
J45.900|哮喘|-|-|1332233|14|w|respiratory
A09.900|胃肠炎和结肠炎|-|-|6543333|40|s|digestive
K29.500|慢性胃炎|-|-|0024554|60|n|digestive
K21.900|胃-食管反流性疾病|-|-|0013443|24|n|digestive
K52.900|非感染性胃肠炎和结肠炎|-|-|5433333|22|s|digestive
I10.x00|特发性(原发性)高血压|-|-|0001699|210|w|cardiology
I25.103|冠状动脉粥样硬化性心脏病|v|-|0000378|60|w|cardiology
I67.200|大脑动脉粥样硬化|-|-|0000267|25|w|neurology
I69.300|脑梗死后遗症|-|-|0000267|28|n|neurology
E11.900|2型糖尿病|-|-|0001687|110|n|general
E78.500|高脂血症|-|-|0002554|40|n|general
E05.900|甲状腺毒症|-|-|0014321|9|n|general
K02.900|龋(牙)|-|-|0565433|40|n|mouth
K04.900|牙髓和根尖周组织疾病|-|-|0354443|40|n|mouth
K05.300|慢性牙周炎|-|-|0015543|25|n|mouth
H10.900|结膜炎|-|-|3443333|20|s|eye
H66.900|中耳炎|-|-|3542222|14|s|ear_nose
L20.900|特应性皮炎|-|-|6643222|18|n|skin
L30.900|皮炎|-|-|4444444|40|s|skin
L50.900|荨麻疹|-|-|3444332|24|s|skin
M17.900|膝关节病|-|-|0001476|35|w|bone
M47.900|脊椎关节强硬|-|-|0003665|45|n|bone
M54.502|腰痛|-|-|0014665|60|n|bone
M10.900|痛风|-|m|0003542|14|s|bone
M81.900|骨质疏松|-|f|0000256|16|n|bone
S93.400|踝扭伤和劳损|-|-|0365321|20|n|bone
T14.100|开放性伤口|-|-|2554443|30|s|surgery
N39.000|泌尿道感染|-|-|2113444|20|s|urology
N40.x00|前列腺增生|-|m|0000388|24|n|prostate
N76.000|急性阴道炎|-|f|0016620|35|s|gynaecology
N97.900|女性不孕症|-|f|0004000|6|n|gynaecology
Z34.900|正常妊娠监督|-|f|0008000|70|n|obstetric
F41.900|焦虑障碍|-|-|0024432|20|n|neurology
F32.900|抑郁发作|-|-|0034322|14|n|neurology
G40.900|癫痫|-|-|1333222|8|n|neurology
N18.900|慢性肾脏病|v|-|0002444|12|n|general
C34.900|支气管或肺恶性肿瘤|-|-|0000353|5|n|oncology
C50.900|乳房恶性肿瘤|-|f|0002530|5|n|oncology
R05.x00|咳嗽|-|-|4443333|30|w|child_respiratory
R10.400|腹痛|-|-|2344333|24|n|digestive
R42.x00|头晕和眩晕|-|-|0013566|34|n|neurology
R50.900|发热|-|-|6743222|34|w|child_respiratory
R51.x00|头痛|-|-|0124433|22|n|neurology
Z00.001|健康查体|-|-|3213343|40|n|general
"""

OTHERS = """
B34.900|病毒性感染|-|-|2211111|n
C78.000|肺部继发性恶性肿瘤|-|-|0000221|onc
C78.700|肝部继发性恶性肿瘤|-|-|0000221|onc
C79.500|骨和骨髓继发性恶性肿瘤|-|-|0000221|onc
D64.900|贫血|-|-|3112346|n
E86.x00|血容量缺失|-|-|3111123|n
E87.600|低钾血症|-|-|2112345|n
G30.900|阿尔茨海默病|-|-|0000027|n
I11.900|高血压心脏病|-|-|0000356|n
I20.900|心绞痛|v|-|0000244|n
I70.200|四肢动脉的动脉粥样硬化|-|-|0000135|n
J96.900|未特指的呼吸衰竭|o|-|1110124|sev
K29.700|胃炎|-|-|0013433|n
K80.200|胆囊结石|-|-|0002443|n
N18.900|慢性肾脏病|v|-|0001245|n
R57.000|心源性休克|o|-|0000123|sev
R57.100|血容量不足性休克|o|-|0000112|sev
R57.200|脓毒性休克|o|-|1110123|sev
I10.x00|特发性(原发性)高血压|-|-|0001799|n
E11.900|2型糖尿病|-|-|0001565|n
E78.500|高脂血症|-|-|0001543|n
I25.103|冠状动脉粥样硬化性心脏病|v|-|0000268|n
I50.900|心力衰竭|o|-|0000136|sev
I69.300|脑梗死后遗症|-|-|0000146|n
J44.900|慢性阻塞性肺病|v|-|0000146|n
N17.900|急性肾衰竭|o|-|0000123|sev
A41.900|脓毒症|o|-|1110122|sev
J18.900|肺炎|v|-|1110124|n
K74.600|肝硬变|v|-|0000221|n
M81.900|骨质疏松|-|f|0000246|n
N40.x00|前列腺增生|-|m|0000257|n
J06.900|急性上呼吸道感染|-|-|5431111|n
"""

NOT_PRINCIPAL = frozenset({"C78.000", "C78.700", "C79.500", "R57.000", "R57.100", "R57.200", "E86.x00", "E87.600", "J96.900"})
MARKED_CATEGORIES = {"A17": "A17+"}
MARKERS = {"-": "none", "v": "vital_organ", "o": "organ_failure"}
SEXES = {"-": None, "m": "male", "f": "female"}

CHARLSON = (
    ("I21", 1), ("I50", 1), ("I70", 1), ("I61", 1), ("I63", 1), ("I69", 1), ("G45", 1), ("G30", 1), ("J44", 1), ("J42", 1),
    ("K25", 1), ("B18", 1), ("K73", 1), ("E11.9", 1), ("E11.2", 2), ("E11.4", 2), ("N18", 2), ("C16", 2), ("C18", 2),
    ("C22", 2), ("C34", 2), ("C50", 2), ("C53", 2), ("C61", 2), ("C73", 2), ("K74", 3), ("C78", 6), ("C79", 6),
)


@dataclass(frozen=True)
class Disease:
    """One line of STAYS, NEWBORN or VISITS; `bands` are relative weights by age band, `cost_fen` the mean of a stay."""

    code: str
    name: str
    marker: str
    sex: str
    bands: tuple[int, ...]
    frequency: float
    season: str
    pool: str
    stay_days: int = 0
    cost_fen: int = 0
    primary_care: int = 0
    fatality: int = 0
    main_operations: tuple[tuple[str, int], ...] = ()
    related_operations: tuple[tuple[str, int], ...] = ()


def stay_diseases() -> tuple[Disease, ...]:
    """The principal diagnoses of stays: common, rare, and those of newborns last."""
    rare = tuple(Disease(code, name, "-", "-", BANDS, FREQUENCY, "n", pool, days, yuan * 100, 1) for code, name, pool, days, yuan in rare_rows())
    return (*_stays(STAYS), *rare, *_stays(NEWBORN))


def _stays(lines: str) -> tuple[Disease, ...]:
    return tuple(_stay(line) for line in lines.split("\n") if line)


def newborn_count() -> int:
    """How many diseases at the end of `stay_diseases` are those of newborns."""
    return sum(1 for line in NEWBORN.split("\n") if line)


def visit_diseases() -> tuple[Disease, ...]:
    """The diagnoses of visits."""
    return tuple(_visit(line) for line in VISITS.split("\n") if line)


def other_diagnoses() -> tuple[tuple[str, str, str, str, tuple[int, ...], str], ...]:
    """The other diagnoses of stays: code, name, marker, sex, weight by age band, kind (n, sev or onc)."""
    rows = (line.split("|") for line in OTHERS.split("\n") if line)
    return tuple((code, name, marker, sex, _bands(bands), kind) for code, name, marker, sex, bands, kind in rows)


def diagnosis_names() -> dict[str, tuple[str, str, str]]:
    """Every diagnosis in use: name, marker and sex by code."""
    found = {one.code: (one.name, one.marker, one.sex) for one in stay_diseases() + visit_diseases()}
    for code, name, marker, sex, _, _ in other_diagnoses():
        found.setdefault(code, (name, marker, sex))
    return dict(sorted(found.items()))


def _bands(digits: str) -> tuple[int, ...]:
    return tuple(int(digit) for digit in digits)


def _stay(line: str) -> Disease:
    code, name, marker, sex, bands, frequency, season, days, yuan, primary, fatality, pool, operations = line.split("|")
    main, _, related = operations.partition(";")
    return Disease(code, name, marker, sex, _bands(bands), int(frequency), season, pool, int(days), int(yuan) * 100,
                   int(primary), int(fatality), _operations(main), _operations(related))


def _visit(line: str) -> Disease:
    code, name, marker, sex, bands, frequency, season, pool = line.split("|")
    return Disease(code, name, marker, sex, _bands(bands), int(frequency), season, pool)


def _operations(words: str) -> tuple[tuple[str, int], ...]:
    pairs = (word.split(":") for word in words.split())
    return tuple((code, int(percent)) for code, percent in pairs)
