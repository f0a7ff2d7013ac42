"""An invented roll of names: for each resident of a made-up region a name, an identity number, a phone and an address; nobody's own.

The identity numbers pass the check sum and stand for areas that do not exist (province 46, county 99), so that they are no living person's.
"""
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any

COLUMNS = ("resident_id", "name", "identity_kind", "identity", "phone", "address")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建文辉力志永健世广义兴良海山仁波宁贵福生龙元全国胜学祥才发武新利清飞彬富顺信子昌成康星光天达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆民友裕河哲江浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以建家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘惠珠翠雅芝萍娥玲芬燕彩春菊凤洁梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉"
WEIGHTS, SIGNS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"


def roll(residents: Iterable[Mapping[str, Any]], seed: int) -> Iterator[dict[str, str]]:
    """One row a resident (resident_id, sex_code, born_on), in COLUMNS; the same seed and residents give the same roll."""
    chance, used = Random(seed), defaultdict(int)
    for row in residents:
        yield {"resident_id": row["resident_id"], "name": name(chance), "identity_kind": "resident_id", "identity": _number(row, used),
               "phone": f"199{chance.randrange(10**8):08d}", "address": f"示例街道{chance.randrange(1, 400)}号{chance.randrange(1, 30)}室"}


def name(chance: Random) -> str:
    """A name of two or three characters, common surnames more often."""
    surname = SURNAMES[min(int(chance.expovariate(1 / 18)), len(SURNAMES) - 1)]
    return surname + "".join(chance.choice(GIVEN) for _ in range(1 if chance.random() < 0.15 else 2))


def signed(seventeen: str) -> str:
    """Seventeen digits with their check sign."""
    return seventeen + SIGNS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, seventeen)) % 11]


def _number(row: Mapping[str, Any], used: dict[str, int]) -> str:
    """The next free number of that birth day and sex: men have odd ones, women even ones; areas 469901 and on."""
    day, is_male = row["born_on"].strftime("%Y%m%d"), row["sex_code"] == "male"
    count = used[day + row["sex_code"]]
    used[day + row["sex_code"]] += 1
    return signed(f"{469901 + count // 498}{day}{2 * (count % 498) + is_male:03d}")
