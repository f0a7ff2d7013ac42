"""`sanyi plan check`: every problem of a plan, with file and line."""
from sanyi.runs.packs import DEMO_REGION, plan_names, problems_of


def add(parts) -> None:
    """Add the command to the parser."""
    check = parts.add_parser("check", help="检查计划包 / every problem with file and line")
    check.add_argument("plans", nargs="*", metavar="PLAN", help="名称或文件夹；不写则检查全部 / names or folders; all when none is given")
    check.add_argument("--region", default=DEMO_REGION)
    check.add_argument("--language", choices=("zh", "en"), default="zh")
    check.set_defaults(act=act)


def act(chosen) -> int:
    """Print the problems of each plan; 1 if there is any."""
    found = {plan: problems_of(plan, chosen.region) for plan in chosen.plans or plan_names()}
    for plan, problems in found.items():
        print(f"{plan}: {len(problems)} 处问题 / problem(s)" if problems else f"{plan}: 没有问题 / no problem")
        for problem in problems:
            print(f"    {problem.words(chosen.language)}")
    return int(any(found.values()))
