"""`sanyi account add | administrators`: accounts for persons, with fresh passwords shown once."""
import secrets
from pathlib import Path

from sanyi.workflows.facts import POSTED, ROLES


def add(commands) -> None:
    """Add the command to the parser."""
    account = commands.add_parser("account", help="账户 / accounts")
    parts = account.add_subparsers(dest="account_command", required=True)
    made = parts.add_parser("add")
    made.add_argument("name")
    made.add_argument("--role", choices=tuple(role for role in ROLES if role not in POSTED), default=None, help="reader without it; an existing account keeps its own")
    made.add_argument("--unit", default=None, help="牵头单位在方案中的编码 / the unit's id in the plan")
    made.add_argument("--person", default=None, help="同一人有几个账户时的本人姓名 / whose account it is, where somebody has several")
    made.add_argument("--new-password", action="store_true", help="给已有账户换密码 / give an existing account a new password")
    made.add_argument("--var", type=Path, required=True)
    made.set_defaults(act=act)
    three = parts.add_parser("administrators", help="三名管理员，须为三个人 / the three administrators, who are three persons")
    for role, help in (("system", "建立账户 / makes accounts"), ("security", "授予权限 / gives rights"), ("audit", "查看审计 / reads the trail")):
        three.add_argument(f"--{role}", required=True, metavar="NAME", help=help)
    three.add_argument("--var", type=Path, required=True)
    three.set_defaults(act=administrators)


def act(chosen) -> None:
    """Make the account (or give it a new password) and print the password, which is kept nowhere else."""
    from sanyi.store import make_account, prepare_database
    prepare_database(chosen.var)
    if chosen.role != "hospital":  # an institution is no unit of the plan
        _check_unit(chosen.unit)
    _check_new(chosen.name, chosen.new_password)
    password = secrets.token_urlsafe(12)
    make_account(chosen.var, chosen.name, password, chosen.role, chosen.unit, chosen.person)
    print(f"用户 user       {chosen.name}\n密码 password   {password}")


def administrators(chosen) -> None:
    """Make the three, none or all, and print their passwords; each sets a second factor up at the first sign-in."""
    from sanyi.store import prepare_database
    from sanyi.store.accounts import make_administrators
    prepare_database(chosen.var)
    names = {"system_admin": chosen.system, "security_admin": chosen.security, "audit_admin": chosen.audit}
    for name in names.values():
        _check_new(name, False)
    for role, password in make_administrators(chosen.var, names).items():
        print(f"{ROLES[role][0]} {ROLES[role][1]}\n用户 user       {names[role]}\n密码 password   {password}")


def _check_new(name: str, is_meant: bool) -> None:
    """A name that is taken would lose its password without a word."""
    from sanyi.store.errors import BadAccount
    from sanyi.store.models import Account
    if Account.objects.filter(name=name).exists() and not is_meant:
        raise BadAccount(f"账户“{name}”已存在；换密码请加 --new-password / the account {name!r} exists; add --new-password to give it a new one")


def _check_unit(unit: str | None) -> None:
    """A unit that no open ledger knows would be an account without rights: say so at once."""
    from sanyi.plans.near import near
    from sanyi.store.errors import BadAccount
    from sanyi.store.models import LedgerUnit
    known = set(LedgerUnit.objects.filter(is_withdrawn=False).values_list("entry", flat=True))
    if unit and known and unit not in known:
        raise BadAccount(f"已建立的台账中没有单位“{unit}”；相近：{near(unit, known)} / no open ledger knows the unit {unit!r}; near names: {near(unit, known)}")
