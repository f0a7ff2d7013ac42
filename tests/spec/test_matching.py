"""Who is who: numbers, names, and the rules on ten thousand near-duplicates, none of which may be called certain wrongly (R30)."""
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import given, strategies
import pytest

from sanyi.matching.errors import BadIdentity
from sanyi.matching.identity import CENTENARIANS, as_eighteen, check_sign, read_identity
from sanyi.matching.judging import LOOK, SAME, UNLIKE, Described, judge
from sanyi.matching.masking import mask_name, mask_number
from sanyi.matching.names import name_key, spoken, variants
from sanyi.worlds.roll import name as invented, signed

TODAY = date(2026, 11, 30)


def test_a_number_is_read_in_any_width_and_length():
    whole = read_identity("resident_id", "11010519491231002X", TODAY)
    assert (whole.number, whole.born_on, whole.sex, whole.region) == ("11010519491231002X", date(1949, 12, 31), "female", "110105"), "the standard's own example"
    for typed in ("１１０１０５ １９４９１２３１ ００２ｘ", "110105-19491231-002x", "110105491231002"):
        assert read_identity("resident_id", typed, TODAY) == whole
    assert read_identity("passport", "ｅ1234 5678", TODAY).number == "E12345678"


@pytest.mark.parametrize("kind, text, says", [
    ("resident_id", "110105194912310021", "check sum"), ("resident_id", "1101051949123100", "got 16"), ("resident_id", signed("11010519490231002"), "does not exist"),
    ("resident_id", signed("99010519491231002"), "no province"), ("resident_id", signed("11010520991231002"), "lies ahead"), ("resident_id", "110105991231998", "century"),
    ("passport", "护照", "a passport"), ("newborn", "123456", "no number"), ("driver", "1", "one of")])
def test_a_number_that_cannot_be_right_says_why(kind, text, says):
    with pytest.raises(BadIdentity) as wrong:
        read_identity(kind, text, TODAY)
    assert says in wrong.value.en and wrong.value.zh


@given(strategies.integers(0, 10**17 - 1), strategies.integers(0, 16), strategies.integers(1, 9))
def test_the_check_sum_finds_every_slip_of_one_digit_and_every_swap_of_two(number, place, more):
    digits = f"{number:017d}"
    slipped = digits[:place] + str((int(digits[place]) + more) % 10) + digits[place + 1:]
    assert check_sign(slipped) != check_sign(digits)
    if place < 16 and digits[place] != digits[place + 1]:
        assert check_sign(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2:]) != check_sign(digits)


def test_names_are_one_whichever_way_they_are_written():
    assert name_key("單 雄信") == name_key("单雄信") and name_key("買買提·艾力") == name_key("买买提艾力") or name_key("买买提·艾力") == name_key("买买提艾力")
    assert name_key("ＡＩＢＥＫ") == "aibek" and name_key("李堃") == name_key("李坤") and name_key("李峰") == name_key("李峯")
    assert spoken("单雄信") == ("shanxiongxin", "sxx") and spoken("尉迟恭")[0] == "yuchigong" and spoken("吕布")[0] == "lvbu" and spoken("任盈盈")[0] == "renyingying"
    assert not set(map(chr, variants())) & set(variants().values()), "no character is brought to one that is brought elsewhere"


def test_what_is_masked_cannot_be_read():
    assert (mask_name("张三"), mask_name("欧阳修文"), mask_name("李")) == ("张*", "欧**文", "李")
    assert mask_number("11010519491231002X") == "110*************2X" and mask_number("E12345") == "******"


def people(count, chance):
    for number in range(count):
        born = date(1940, 1, 1) + timedelta(days=chance.randrange(21_900))  # the old form is of births before 2000 alone
        number_ = signed(f"4699{chance.randrange(1, 99):02d}{born:%Y%m%d}{chance.randrange(996):03d}")
        yield row(number, invented(chance), number_, f"199{chance.randrange(10**8):08d}")


def row(id, name, number, phone, **more):
    identity = read_identity("resident_id", number, TODAY)
    return Described(id, name_key(name), spoken(name)[0], identity.sex, identity.born_on, identity.key, phone, region="R1", **more)


def twin(each, chance):
    """The other twin: the next number but one of the same place and day, the same phone and address, a name that differs in one character."""
    number = each.identity.partition(":")[2]
    order = (int(number[14:17]) + 2) % 996
    return row(-each.id, each.name_key[:-1] + chance.choice("明亮双玉宁安".replace(each.name_key[-1], "")), signed(f"{number[:14]}{order:03d}"), each.phone)


def mistyped(each, chance):
    """The number of somebody else with valid check sum, one digit and the last one off: the same name, and all else the same."""
    number = each.identity.partition(":")[2]
    place = chance.choice([14, 15])
    digit = str((int(number[place]) + 2 * chance.randrange(1, 5)) % 10)
    return replace(each, id=-each.id, identity="resident_id:" + signed(number[:place] + digit + number[place + 1:17]))


def twins_card(each, chance):
    """The twin registered with the other's card: one number, another name."""
    return replace(twin(each, chance), identity=each.identity, sex=each.sex)


def namesake(each, chance):
    """Somebody else of the same name, born on the same day, without a number."""
    return replace(each, id=-each.id, identity="", phone=f"188{chance.randrange(10**8):08d}")


def parents_phone(each, chance):
    """A child under its parent's phone, and the parent's name but for one character."""
    return replace(twin(each, chance), born_on=each.born_on + timedelta(days=9_000), identity="")


def twin_newborns(each, chance):
    """A twin without a number: the same mother, day and sex, another order."""
    return replace(each, id=-each.id, identity="", mother=7, birth_order=2)


MAKERS = (twin, mistyped, twins_card, namesake, parents_phone, twin_newborns)


def test_of_ten_thousand_near_duplicates_none_is_called_certain_and_true_ones_are_found():
    """The bar of R30: no automatic false merge; and what is one person in another spelling is found."""
    chance, said, true = Random(30), Counter(), Counter()
    for number, each in enumerate(people(10_000, chance), 1):
        maker = MAKERS[number % len(MAKERS)]
        near = maker(each, chance)
        mine = replace(each, identity="", mother=7, birth_order=1) if maker is twin_newborns else each
        said[maker.__name__, judge(mine, near).verdict] += 1
        assert judge(mine, near) == judge(near, mine), "which comes first does not matter"
    for each in people(3_000, chance):
        number = each.identity.partition(":")[2]
        fifteen = number[:6] + number[8:17]
        again = row(-1, f" {each.name_key[0]} {each.name_key[1:]}", fifteen if int(fifteen[12:]) not in CENTENARIANS else number.lower(), "0")
        true[judge(each, again).verdict] += 1
    print("\nnear-duplicates:", dict(sorted(said.items())), "\nthe same person in another form:", dict(true))
    assert sum(said.values()) == 10_000 and not any(verdict == SAME for _, verdict in said), said
    assert true == {SAME: 3_000}
    assert all(said[name, UNLIKE] == 0 for name in ("twins_card", "namesake")), "people look at these"
    assert said["twin", LOOK] == 0 and said["twin_newborns", UNLIKE], "twins do not fill the queue"


def test_a_newborn_is_known_by_mother_day_order_and_sex():
    baby = Described(1, born_on=date(2026, 1, 2), sex="female", mother=7, birth_order=1)
    assert judge(baby, replace(baby, id=2)).verdict == SAME and judge(baby, replace(baby, id=2, birth_order=2)).verdict == UNLIKE
    assert judge(replace(baby, sex=""), replace(baby, id=2, sex="")).verdict != SAME, "what is not known is not the same"
    assert as_eighteen("110105491231002") == "11010519491231002X"
