"""What is said of a person, as the columns it is kept in; and what is kept, as the rules compare it."""
from collections.abc import Mapping
from datetime import date
import re
import unicodedata
from typing import Any

from sanyi.matching.errors import BadIdentity
from sanyi.matching.identity import read_identity
from sanyi.matching.judging import Described
from sanyi.matching.masking import mask_number, mask_phone
from sanyi.matching.names import name_key, spoken
from sanyi.store.ciphers import deciphered, enciphered, keyed_digest
from sanyi.store.persons.tables import Person
from sanyi.workflows.errors import BadField
from sanyi.workflows.take import clean

ENCIPHERED = {"identity": "identity_cipher", "phone": "phone_cipher", "address": "address_cipher"}
PHONE = re.compile(r"\+?\d{5,15}", re.ASCII)
LONGEST_NAME = 80


def columns_of(said: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The columns of what is said: name, sex, born_on, identity_kind, identity, phone, address, region, mother, birth_order …

    A resident's number gives birth day and sex where they are not said, and must agree with them where they are. Errors: BadField.
    """
    plain = {name: said[name] for name in ("sex", "born_on", "died_on", "region", "mother_id", "birth_order", "resident_id", "identity_hash") if said.get(name) not in (None, "")}
    return {**plain, **_name(said.get("name") or ""), **_identity(said, today), **_phone(said.get("phone") or ""), **_address(said.get("address") or "")}


def described(row: Person) -> Described:
    """A row as the rules compare it."""
    return Described(row.pk or 0, row.name_key, row.pinyin, row.sex, row.born_on, row.identity_digest, row.phone_digest, row.mother_id, row.birth_order,
                     row.identity_hash, row.region)


def open_values(row: Person) -> dict[str, str]:
    """Identity number, phone and address in clear: for who has given a purpose. Errors: BadCipher."""
    return {name: deciphered(getattr(row, column), column) for name, column in ENCIPHERED.items()}


def phone_key(text: str) -> str:
    """A phone number in one form."""
    digits = re.sub(r"[\s\-()‐-―]+", "", unicodedata.normalize("NFKC", text))
    return digits.removeprefix("+86") if re.fullmatch(r"\+861\d{10}", digits, re.ASCII) else digits


def _name(text: str) -> dict[str, str]:
    name = clean(unicodedata.normalize("NFKC", text))
    if len(name) > LONGEST_NAME:
        raise BadField(f"姓名至多 {LONGEST_NAME} 字，得到 {len(name)} 字", f"a name has at most {LONGEST_NAME} characters, got {len(name)}", "name")
    if not name:
        return {}
    pinyin, initials = spoken(name)
    return {"name": name, "name_key": name_key(name), "pinyin": pinyin[:150], "initials": initials[:100]}


def _identity(said: Mapping[str, Any], today: date) -> dict[str, Any]:
    kind = said.get("identity_kind") or ("resident_id" if said.get("identity") else "none")
    try:
        identity = read_identity(kind, said.get("identity") or "", today, said.get("identity_country") or "")
    except BadIdentity as wrong:
        raise BadField(wrong.zh, wrong.en, "identity") from None
    for name, zh, en in (("born_on", "出生日期", "birth day"), ("sex", "性别", "sex")):
        told = getattr(identity, name)
        if told and said.get(name) and said[name] != told:
            raise BadField(f"{zh}与身份证号不符", f"the {en} is not the one in the identity number", name)
    told = {name: getattr(identity, name) for name in ("born_on", "sex") if getattr(identity, name)}
    if kind == "newborn" and not (said.get("mother_id") and said.get("birth_order") and said.get("born_on")):
        raise BadField("新生儿须填母亲、出生日期和胎次", "a newborn needs its mother, birth day and birth order", "mother")
    return {**told, "identity_kind": kind, "identity_cipher": enciphered(identity.number, "identity_cipher"), "identity_digest": keyed_digest(identity.key), "identity_country": identity.country,
            "identity_masked": mask_number(identity.number)}


def _phone(text: str) -> dict[str, str]:
    phone = phone_key(text)
    if phone and not PHONE.fullmatch(phone):
        raise BadField("电话号码应为 5 至 15 位数字", "a phone number has 5 to 15 digits", "phone")
    return {"phone_cipher": enciphered(phone, "phone_cipher"), "phone_digest": keyed_digest(f"phone:{phone}" if phone else ""), "phone_masked": mask_phone(phone)} if phone else {}


def _address(text: str) -> dict[str, str]:
    return {"address_cipher": enciphered(clean(text)[:200], "address_cipher")} if clean(text) else {}
