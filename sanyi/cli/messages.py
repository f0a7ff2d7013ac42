"""`sanyi messages sender | send | show`: messages to residents, by a folder or a program of the operator's own."""
from datetime import datetime, timezone
from pathlib import Path

from sanyi.cli.ledger import check_there
from sanyi.runs.packs import DEMO_REGION, open_plan


def add(commands) -> None:
    """Add the commands to the parser."""
    parts = commands.add_parser("messages", help="短信 / messages to residents").add_subparsers(dest="messages_command", required=True)
    chosen = parts.add_parser("sender", help="设置发送方式：文件夹（每条一个文件）或程序（每条一次，标准输入为 JSON）/ set the sender: a folder or a program")
    way = chosen.add_mutually_exclusive_group(required=True)
    way.add_argument("--folder", type=Path, help="每条短信写一个文件，由运维者的网关取走 / one file a message, which the operator's gateway takes away")
    way.add_argument("--program", type=Path, help="每条短信运行一次；退出码 0 为已发 / run once a message; it ends with 0 where it was sent")
    way.add_argument("--off", action="store_true", help="不再发送 / send nothing from now on")
    chosen.add_argument("--plan", default="haikou-2018", help="数值取自哪个方案 / whose numbers hold")
    chosen.add_argument("--region", default=DEMO_REGION)
    once, shown = parts.add_parser("send", help="立即发送应发的 / send what is due now"), parts.add_parser("show", help="各状态条数 / how many of each state")
    for part, act in ((chosen, act_sender), (once, act_send), (shown, act_show)):
        part.add_argument("--var", type=Path, required=True)
        part.set_defaults(act=act)


def act_sender(chosen) -> None:
    """Set the sender, or send nothing from now on."""
    held = None if chosen.off else open_plan(chosen.plan, chosen.region).on(datetime.now(timezone.utc).date())
    check_there(chosen.var)
    from sanyi.store import prepare_database
    prepare_database(chosen.var)
    from sanyi.store.messages.sender import numbers_of, set_sender, unset_sender
    from sanyi.store.trail.recording import actor_named, record
    from sanyi.workflows.facts import SYSTEM
    if held is None:
        unset_sender()
    else:
        set_sender("folder" if chosen.folder else "command", chosen.folder or chosen.program, numbers_of(held))
    record("change", actor_named(SYSTEM), subject="message_sender", step="unset" if held is None else "set")
    print("已停止发送 / nothing is sent from now on" if held is None else f"发送方式 sender：{chosen.folder or chosen.program}")


def act_send(chosen) -> None:
    """Put reminders down and send what is due, once."""
    check_there(chosen.var)
    from sanyi.store import prepare_database
    prepare_database(chosen.var)
    from sanyi.store.messages.sending import do_all
    reminders, sent = do_all(datetime.now(timezone.utc))
    print(f"提醒 reminders {reminders:,}，已发 sent {sent:,}")


def act_show(chosen) -> None:
    """Print how many messages are in each state."""
    check_there(chosen.var)
    from sanyi.store import prepare_database
    prepare_database(chosen.var)
    from sanyi.store.messages.lists import counts
    from sanyi.store.messages.words import STATES
    for state, count in counts().items():
        print(f"{' '.join(STATES[state]):<24} {count:>8,}")
