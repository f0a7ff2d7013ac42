"""The sender an operator has set: a folder that gets one file a message, or a program that gets one message at a time. Nothing here needs the internet.

The file `message-sender` of the installation's folder says which, and the numbers that the plan had when it was set; without it nothing is put down to be sent.
"""
import json
import logging
import os
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sanyi.plans.plan import PlanOnDay
from sanyi.store.errors import StoreError
from sanyi.store.place import FOLDER_VARIABLE
from sanyi.terms.disk import write_over

LOG = logging.getLogger(__name__)
FILE = "message-sender"
NAMES = ("reminder_hours", "attempts_count", "retry_minutes", "valid_hours", "seconds_count")


class NotSent(StoreError):
    """The sender says that a message was not sent; it may be tried again."""


class NotKnown(StoreError):
    """Nobody knows whether a message was sent; it is not tried again."""


class BadSender(StoreError):
    """The sender that an operator set cannot be used."""


@dataclass(frozen=True)
class Sender:
    """`way` is folder or command, `where` its path. `reminder_hours` before an appointment its patient is reminded; a message is tried `attempts_count` times,
    `retry_minutes` apart, for `valid_hours` at most; a program has `seconds_count` for one."""

    way: str
    where: str
    reminder_hours: int
    attempts_count: int
    retry_minutes: int
    valid_hours: int
    seconds_count: int

    def send(self, id: int, phone: str, text: str, expires_at: datetime) -> None:
        """Give one message out, with the moment after which nobody is to send it. Errors: NotSent (may be tried again), NotKnown."""
        (_spool if self.way == "folder" else _run)(self, {"id": id, "to": phone, "text": text, "expires_at": expires_at.isoformat()})


def sender() -> Sender | None:
    """The sender that is set; None where there is none. Errors: BadSender."""
    try:
        return Sender(**json.loads(_place().read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, OSError) as broken:
        raise BadSender(f"{_place()} 无法读取或内容有误，请重新设置 / is not readable, set the sender anew: sanyi messages sender") from broken


def working_sender() -> Sender | None:
    """The sender, for work that only tells of itself by messages: one that cannot be read is as none, and is noted; the job that sends fails with its words."""
    try:
        return sender()
    except BadSender as bad:
        LOG.warning("%s (%s)", bad, type(bad.__cause__).__name__)
        return None


def numbers_of(plan: PlanOnDay) -> dict[str, int]:
    """The numbers that a plan sets for messages on a day. Errors: UnknownValue."""
    return {name: plan.value(f"messages.{name}") for name in NAMES}


def set_sender(way: str, where: Path, numbers: Mapping[str, int]) -> Sender:
    """Set the sender; from now on messages are put down. Errors: BadSender (no such folder or program)."""
    where = where.resolve()
    if way == "folder" and not (where.is_dir() and os.access(where, os.W_OK)) or way == "command" and not (where.is_file() and os.access(where, os.X_OK)):
        raise BadSender(f"{where} 不是可写的文件夹或可执行的程序 / is no folder to write to, or no program to run")
    found = Sender(way, str(where), **{name: numbers[name] for name in NAMES})
    write_over(_place(), json.dumps(asdict(found)).encode())
    return found


def unset_sender() -> bool:
    """Send nothing from now on; says whether there was a sender."""
    is_there = _place().exists()
    _place().unlink(missing_ok=True)
    return is_there


def _place() -> Path:
    return Path(os.environ[FOLDER_VARIABLE]) / FILE


def _spool(chosen: Sender, message: dict[str, object]) -> None:
    """One file a message, whole or not at all; whoever fetches it takes it away."""
    path, part = Path(chosen.where) / f"{message['id']}.json", Path(chosen.where) / f".{message['id']}.part"
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            json.dump(message, stream, ensure_ascii=False)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as failed:
        part.unlink(missing_ok=True)  # what could be written of it names a phone
        raise NotSent(f"{chosen.where}: {failed.strerror}") from failed


def _run(chosen: Sender, message: dict[str, object]) -> None:
    """The message as JSON on the program's input; 0: sent, anything else: not sent; what it prints is nobody's. One that does not end in its time may have sent it."""
    try:
        done = subprocess.run([chosen.where], input=json.dumps(message, ensure_ascii=False).encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=chosen.seconds_count,
                              env={"PATH": os.defpath}, check=False)
    except subprocess.TimeoutExpired as late:
        raise NotKnown(f"{chosen.where}: {chosen.seconds_count} s") from late
    except OSError as failed:
        raise NotSent(f"{chosen.where}: {failed.strerror}") from failed
    if done.returncode < 0:
        raise NotKnown(f"{chosen.where}: signal {-done.returncode}")
    if done.returncode:
        raise NotSent(f"{chosen.where}: {done.returncode}")
