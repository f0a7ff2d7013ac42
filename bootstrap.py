#!/usr/bin/env python3
"""Make Sanyi's environment from a bare Python and run one command in it.

Standard library only: a bare Debian 12 has python3 and apt, but no pip, venv packages, make or git. No package index is
named here: pip knows its own default and reads the machine's settings, so the only question is where pip comes from
(docs/install.md tells the order). What is installed is fixed by requirements/*.txt: versions and SHA-256, no host.
"""
import concurrent.futures
import configparser
import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("SANYI_VENV") or ROOT / ".venv").absolute()
PYTHON = VENV / "bin" / "python"
TOOLS = VENV / "tools"
STAMP = VENV / "sanyi.json"
BUILDING = VENV / "sanyi.building"
OLDEST_PYTHON = (3, 11)
PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
JAVA = "default-jre-headless"  # Debian 12's is Java 17, the oldest that Spark 4 takes
TEST_PACKAGES = ("chromium", "fonts-wqy-microhei", "postgresql", JAVA)

APART, PARTS = "integration", 4  # of the tests: more than half of their time
AT_ONCE, TELLING = 2, threading.Lock()
USAGE = """用法 Usage: python3 bootstrap.py COMMAND [options]
  demo   建环境、生成示范地区、跑一年、开页面   make a region, run its year, serve the pages
         [--no-serve] [--residents 100000] [--seed 1] [--plan haikou-2018] [--out demo] [--port 8000]
  test   装测试所需并运行测试                   install what the tests need and run them  [pytest options]
  check  几秒钟的检查：墙、词表、页面           walls, glossary and stale pages, in seconds
  env    只建环境                               only make the environment
  spark  加装 Spark（约 500 MB，需 Java 17）    add Spark (about 500 MB; needs Java 17)
  linkage 加装概率连接 Splink（约 30 MB）       add Splink, which proposes rows that may be one person (about 30 MB)
  sanyi  其余命令原样转交                       any other command, passed on  [sanyi options]
"""


class Stop(Exception):
    """A reason to stop that a person can act on, in Chinese and English."""

    def __init__(self, chinese, english):
        super().__init__("停止：%s\nStopped: %s" % (chinese, english))


def say(chinese, english):
    print("%s  %s" % (chinese, english), file=sys.stderr, flush=True)


class Progress:
    """One line that shows how far a long step is; on a log file, a line for each quarter."""

    def __init__(self, total):
        self.total, self.quarter, self.began = max(total, 1), -1, time.monotonic()

    def show(self, done, label):
        share = min(done / self.total, 1)
        seconds = time.monotonic() - self.began
        if sys.stderr.isatty():
            bar = ("█" * int(share * 30)).ljust(30, "░")
            sys.stderr.write("\r\x1b[K%s %3d %%  %3d s  %s" % (bar, share * 100, seconds, label[:60]))
        elif int(share * 4) > self.quarter:
            self.quarter = int(share * 4)
            sys.stderr.write("%3d %%  %d s\n" % (share * 100, seconds))
        sys.stderr.flush()

    def end(self):
        self.show(self.total, "")
        if sys.stderr.isatty():
            sys.stderr.write("\n")


# What the machine says about package indexes --------------------------------------------------------------------------

def pip_settings():
    """Settings of pip's own configuration files, later files winning, as pip reads them."""
    home, settings = Path.home(), {}
    config_home = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    files = ["/etc/xdg/pip/pip.conf", "/etc/pip.conf", home / ".pip" / "pip.conf", config_home / "pip" / "pip.conf"]
    for name in [*files, os.environ.get("PIP_CONFIG_FILE", "")]:
        parser = configparser.RawConfigParser()
        with contextlib.suppress(configparser.Error, OSError, UnicodeError):
            parser.read(name)
        for section in ("global", "install"):
            if parser.has_section(section):
                settings.update(parser.items(section))
    return settings


def named_index():
    names = ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL")
    return next((os.environ[name] for name in names if os.environ.get(name)), pip_settings().get("index-url"))


def named_certificates():
    names = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
    return pip_settings().get("cert") or next((os.environ[name] for name in names if os.environ.get(name)), None)


def pip_environment(wheel=None):
    """The environment pip runs in: the machine's own, plus what it says to other tools but not to pip."""
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    settings = pip_settings()
    if named_index() and "index-url" not in settings:
        environment.setdefault("PIP_INDEX_URL", named_index())
    if named_certificates() and "cert" not in settings:
        environment.setdefault("PIP_CERT", named_certificates())
    if wheel:
        environment["PYTHONPATH"] = str(wheel)
    return dict(environment, PYTHONUNBUFFERED="1", PYTHONIOENCODING="utf-8")


# Where pip comes from -------------------------------------------------------------------------------------------------

def bundled_wheel():
    """The pip wheel that came with this Python, or was fetched by an earlier start."""
    spec = importlib.util.find_spec("ensurepip")
    folders = [TOOLS, TOOLS / "usr/share/python-wheels", Path("/usr/share/python-wheels")]
    if spec and spec.origin:
        folders.append(Path(spec.origin).parent / "_bundled")
    return next((wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))), None)


def checked(content):
    seen = hashlib.sha256(content).hexdigest()
    if seen != PIP_SHA256:
        raise Stop("%s 的 SHA-256 不对：应为 %s，实为 %s。文件可能被改动，未使用。" % (PIP_WHEEL, PIP_SHA256, seen),
                   "%s has the wrong SHA-256: expected %s, saw %s. It may have been changed and was not used."
                   % (PIP_WHEEL, PIP_SHA256, seen))
    TOOLS.mkdir(parents=True, exist_ok=True)
    (TOOLS / PIP_WHEEL).write_bytes(content)
    return TOOLS / PIP_WHEEL


def wheel_from_folder():
    """The pinned pip wheel out of a local wheel folder (find-links), for a machine with no network at all."""
    links = os.environ.get("PIP_FIND_LINKS") or pip_settings().get("find-links") or ""
    paths = (Path(link[7:] if link.startswith("file://") else link) / PIP_WHEEL for link in links.split())
    found = next((path for path in paths if path.is_file()), None)
    return checked(found.read_bytes()) if found else None


def read_address(address):
    parts = urllib.parse.urlsplit(address)
    request = urllib.request.Request(address)
    if parts.username:  # urllib does not take a name and password out of the address by itself
        manager = urllib.request.HTTPPasswordMgrWithPriorAuth()
        request = urllib.request.Request(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())
        manager.add_password(None, request.full_url, urllib.parse.unquote(parts.username),
                             urllib.parse.unquote(parts.password or ""), is_authenticated=True)
        handlers = [urllib.request.HTTPBasicAuthHandler(manager)]
    else:
        handlers = []
    context = ssl.create_default_context(cafile=named_certificates())
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), *handlers)
    with opener.open(request, timeout=60) as answer:
        return answer.read()


def wheel_from_named_index():
    """The pinned pip wheel from the index that the machine's settings name; None when they name none."""
    index = named_index()
    if not index:
        return None
    page = index.rstrip("/") + "/pip/"
    try:
        found = re.search(r'href="([^"]*/%s[^"]*)"' % re.escape(PIP_WHEEL), read_address(page).decode("utf-8", "replace"))
        return checked(read_address(urllib.parse.urljoin(page, found.group(1)))) if found else None
    except (OSError, ValueError) as error:
        say("设定的软件源取不到 pip（%s），改用别的办法。" % error, "pip could not be had from the index that is set; trying another way.")
        return None


def wheel_from_debian():
    """Debian's signed package of the pip wheel: fetched and unpacked, not installed, so root is not needed."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    state, cache = TOOLS / "apt" / "state", TOOLS / "apt" / "cache"
    for folder in (state / "lists" / "partial", cache / "archives" / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    own_lists = ["-o", "Dir::State=%s" % state, "-o", "Dir::Cache=%s" % cache,
                 "-o", "Dir::State::status=/var/lib/dpkg/status", "-o", "APT::Sandbox::User=root"]
    fetch = ["download", "python3-pip-whl"]
    if not apt_get(fetch):  # no package lists on this machine, or old ones: make private ones
        say("正在取 Debian 的软件包目录……", "Fetching Debian's package lists ...")
        if not (apt_get(own_lists + ["update"]) and apt_get(own_lists + fetch)):
            return None
    for package in TOOLS.glob("python3-pip-whl*.deb"):
        subprocess.run(["dpkg-deb", "-x", str(package), str(TOOLS)], check=True)
    return next(TOOLS.glob("usr/share/python-wheels/pip-*.whl"), None)


def apt_get(arguments):
    done = subprocess.run(["apt-get", "-qq", "-o", "APT::Sandbox::User=root", *arguments], cwd=str(TOOLS),
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0


def find_pip():
    """Return (command, environment) of a pip that installs into VENV."""
    for find in (bundled_wheel, wheel_from_folder, wheel_from_named_index):
        wheel = find()
        if wheel:
            return [str(PYTHON), "-m", "pip"], pip_environment(wheel)
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)], pip_environment()
    say("本机没有 pip，从 Debian 软件包取（不安装，不需要 root）。", "No pip here: taking it from Debian's package (not installed).")
    wheel = wheel_from_debian()
    if wheel:
        return [str(PYTHON), "-m", "pip"], pip_environment(wheel)
    raise Stop("找不到 pip，也没能从 Debian 取到（网络通吗？）。请任选其一：装 python3-pip；或设 PIP_INDEX_URL 为贵单位的软件源地址；"
               "或设 PIP_FIND_LINKS 为放有 %s 的文件夹。" % PIP_WHEEL,
               "there is no pip here and Debian's could not be fetched (is the network up?). Do one of these: install python3-pip; set PIP_INDEX_URL to your package index; "
               "or set PIP_FIND_LINKS to a folder that holds %s." % PIP_WHEEL)


# The environment ------------------------------------------------------------------------------------------------------

def lock_path(name):
    return ROOT / "requirements" / (name + ".txt")


def fingerprint(name):
    content = lock_path(name).read_bytes() + sys.version.encode() + str(ROOT).encode()
    return hashlib.sha256(content).hexdigest()


def stamp():
    with contextlib.suppress(OSError, ValueError):
        return json.loads(STAMP.read_text("utf-8"))
    return {}


def is_current(names):
    return PYTHON.exists() and all(stamp().get(name) == fingerprint(name) for name in names)


@contextlib.contextmanager
def only_one():
    """Let one bootstrap at a time touch the environment; a second one waits."""
    VENV.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(str(VENV.parent), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def make_environment(names):
    if is_current(names):
        return
    with only_one():
        if is_current(names):
            return
        if BUILDING.exists() or stamp().get("python", sys.version) != sys.version:
            shutil.rmtree(str(VENV))  # broken off half-way, or made by another Python
        say("正在建环境（首次约半分钟）：%s" % VENV, "Making the environment (about half a minute the first time).")
        venv.EnvBuilder(symlinks=True).create(str(VENV))
        BUILDING.touch()
        install(names)
        write_launcher()
        current = {name: fingerprint(name) for name in names}
        STAMP.write_text(json.dumps(dict(current, python=sys.version)), "utf-8")
        BUILDING.unlink()


def write_launcher():
    """Put the checkout on the path and a `sanyi` command beside the environment's Python."""
    site = next((VENV / "lib").glob("python3*/site-packages"))
    (site / "sanyi.pth").write_text("%s\n" % ROOT, "utf-8")
    launcher = VENV / "bin" / "sanyi"
    launcher.write_text('#!/bin/sh\nexec "%s" -m sanyi "$@"\n' % PYTHON, "utf-8")
    launcher.chmod(0o755)


def add_spark():
    """Put Spark's package into the environment; its source is only unpacked, by the pinned tool put there before it."""
    add_extra(["build", "spark"], ("正在加装 Spark（下载约 430 MB）。", "Adding Spark (about 430 MB to fetch)."),
              lambda: (install(["build"]), install(["spark"], ["--no-binary", "pyspark", "--no-build-isolation"])))


def add_linkage():
    """Put Splink and what it needs into the environment: wheels alone."""
    add_extra(["linkage"], ("正在加装 Splink（约 30 MB）。", "Adding Splink (about 30 MB)."), lambda: install(["linkage"]))


def add_extra(names, words, put):
    """Put an extra's locks into the environment, once."""
    if is_current(names):
        return
    with only_one():
        if is_current(names):
            return
        say(*words)
        put()
        current = {name: fingerprint(name) for name in names}
        STAMP.write_text(json.dumps(dict(stamp(), **current)), "utf-8")


def install(names, more=()):
    command, environment = find_pip()
    options = ["install", "--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile", "--no-input",
               "--progress-bar", "off", "--disable-pip-version-check", *more]
    locks = [part for name in names for part in ("-r", str(lock_path(name)))]
    wanted = {line.split("==")[0] for name in names for line in lock_path(name).read_text("utf-8").splitlines()
              if re.match(r"\w", line)}
    process = subprocess.Popen(command + options + locks, env=environment, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, universal_newlines=True, errors="replace")
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(iter(process.stdout.readline, "")), daemon=True)
    reader.start()
    watch(process, lines, len(wanted))
    reader.join()
    if process.returncode:
        raise why_pip_failed("".join(lines))


def watch(process, lines, total):
    """Show progress while pip works: half for the packages fetched, half for those unpacked."""
    progress, site = Progress(2 * total), next((VENV / "lib").glob("python3*/site-packages"))
    while process.poll() is None:
        seen = [line for line in list(lines) if line.startswith(("Collecting", "Requirement already"))]
        unpacked = len(list(site.glob("*.dist-info")))
        label = lines[-1].strip().split(" (from")[0] if lines else "pip"
        progress.show(len(seen) + unpacked, label)
        time.sleep(0.2)
    if process.returncode == 0:
        progress.end()


def why_pip_failed(output):
    """Turn pip's last words into a reason and a remedy."""
    tail = "\n" + "\n".join(output.strip().splitlines()[-6:])
    reasons = (
        ("DO NOT MATCH THE HASHES", "下载的包与锁定的 SHA-256 不符，未安装。请换一个软件源，或告诉我们。",
         "a package does not match its locked SHA-256 and was not installed. Try another index, or tell us."),
        ("CERTIFICATE_VERIFY_FAILED", "软件源的证书不受信任。请把单位的根证书文件写进环境变量 PIP_CERT。",
         "the index's certificate is not trusted. Set PIP_CERT to your organisation's root certificates."),
        ("No space left", "磁盘已满：环境约需 600 MB。", "the disk is full: the environment needs about 600 MB."),
        ("onnection", "连不上软件源。请检查网络、代理（https_proxy），或把 PIP_INDEX_URL 设为内网软件源。",
         "the package index cannot be reached. Check the network and proxy (https_proxy), or set PIP_INDEX_URL."),
        ("(from versions: none)", "软件源连不上，或源里没有这个包。请检查网络、代理（https_proxy）与 PIP_INDEX_URL。",
         "the package index cannot be reached or lacks the package. Check network, proxy (https_proxy) and PIP_INDEX_URL."),
        ("No matching distribution", "软件源里没有锁定的版本，或没有适合本机的安装包。",
         "the index does not hold a locked version, or none built for this machine."),
    )
    for sign, chinese, english in reasons:
        if sign in output:
            return Stop(chinese, english + tail)
    return Stop("安装失败。", "the installation failed." + tail)


# Commands -------------------------------------------------------------------------------------------------------------

def has_java():
    """Whether there is a Java that Spark takes."""
    java = shutil.which("java", path=os.environ["JAVA_HOME"] + "/bin" if os.environ.get("JAVA_HOME") else None)
    said = subprocess.run([java, "-version"], stderr=subprocess.PIPE, universal_newlines=True).stderr if java else ""
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    return bool(version) and int(version.group(1)) >= 17


def has_debian_package(name):
    if name == JAVA:
        return has_java()
    if name == "chromium":
        return any(shutil.which(browser) for browser in ("chromium", "chromium-browser", "google-chrome"))
    if name == "postgresql":
        return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))
    if shutil.which("fc-list"):
        return bool(subprocess.run(["fc-list", ":lang=zh"], stdout=subprocess.PIPE).stdout.strip())
    return any(Path("/usr/share/fonts").glob("**/wqy-microhei*"))


def install_debian_packages(names):
    """Run apt-get and show its own percentages: the first half is fetching, the second unpacking."""
    environment, progress = dict(os.environ, DEBIAN_FRONTEND="noninteractive"), Progress(200)
    if not run_apt(["update"], environment, None):
        return
    if run_apt(["install", "-y", "--no-install-recommends", *names], environment, progress):
        progress.end()


def run_apt(arguments, environment, progress):
    """Run apt-get with its status on a pipe of its own: on its output, the packages' scripts would lose theirs."""
    status, status_end = os.pipe()
    command = ["apt-get", "-qq", "-o", "APT::Status-Fd=%d" % status_end, "-o", "Dpkg::Use-Pty=0", *arguments]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               pass_fds=[status_end])
    os.close(status_end)
    with open(status, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            found = re.match(r"(dl|pm)status:.*?:([\d.]+):(.*)", line)
            if found and progress:
                progress.show(float(found.group(2)) + (100 if found.group(1) == "pm" else 0), found.group(3))
    return process.wait() == 0


def bring_debian_packages(names):
    """Install what is missing when root; else, or where that fails, name it and go on."""
    missing = [name for name in names if not has_debian_package(name)]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        say("正在安装：%s" % " ".join(missing), "Installing from Debian.")
        os.makedirs("/usr/share/man/man1", exist_ok=True)  # Java's package stops where a slim image has none
        install_debian_packages(missing)
        missing = [name for name in names if not has_debian_package(name)]
    if missing:
        say("缺 %s：要用到它的部分（测试会跳过）不能用。请由管理员执行 apt-get install %s" % (" ".join(missing), " ".join(missing)),
            "Missing: what needs it will not work, and its tests are skipped.")


def bring_for_tests():
    """A browser, a font and Java from Debian, Spark and Splink; the tests of what cannot be had are skipped and say so."""
    bring_debian_packages(TEST_PACKAGES)
    for name, add in (("Spark", add_spark), ("Splink", add_linkage)):
        try:
            add()
        except Stop as stop:
            print(stop, file=sys.stderr)
            say("没有 %s：相关测试将跳过。" % name, "No %s: the tests that need it will be skipped." % name)


def become(arguments):
    sys.stdout.flush()
    os.execv(str(PYTHON), [str(PYTHON), *arguments])


def parts_of_tests():
    """The whole suite in parts, so that two that run side by side end at about the same time: folders, and the longest folder's files dealt out."""
    folders = sorted({path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")} - {APART})
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests" / APART).glob("test_*.py"))
    return [files[part::PARTS] for part in range(PARTS)] + [["tests/" + name] for name in folders]


def run_tests(arguments):
    """Hand over to pytest; the whole suite runs in two processes side by side, which two cores need, and fails where any part does."""
    if arguments:
        become(["-m", "pytest", *arguments])
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as side_by_side:
        codes = list(side_by_side.map(run_part, parts_of_tests()))
    say("%d 个部分通过，%d 个未通过" % (codes.count(0), len(codes) - codes.count(0)), "parts passed and not")
    return next((code for code in codes if code), 0)


def run_part(names):
    """One part's tests; what they say is told whole when they end. Gives pytest's code."""
    say("测试开始：%s 等 %d 项" % (names[0], len(names)), "begun")
    with tempfile.TemporaryFile() as told:
        code = subprocess.call([str(PYTHON), "-m", "pytest", "-p", "no:cacheprovider", *names], stdout=told, stderr=subprocess.STDOUT)
        told.seek(0)
        with TELLING:
            shutil.copyfileobj(told, sys.stdout.buffer)
            sys.stdout.flush()
    return code


def wanted_locks(command):
    """Which locks a command needs: the tests start a PostgreSQL of their own; others need its driver where one is named."""
    if command in ("test", "check"):
        return ["run", "postgres", "test"]
    return ["run", "postgres"] if os.environ.get("SANYI_DATABASE") else ["run"]


def run(command, arguments):
    make_environment(wanted_locks(command))
    if command == "env":
        say("环境已就绪：%s" % VENV, "The environment is ready.")
    elif command == "spark":
        add_spark()
        bring_debian_packages([JAVA])
        say("Spark 已就绪：sanyi run --engine spark", "Spark is ready.")
    elif command == "linkage":
        add_linkage()
        say("Splink 已就绪：sanyi persons link", "Splink is ready.")
    elif command == "test":
        bring_for_tests()
        os.chdir(str(ROOT))
        return run_tests(arguments)
    else:
        become(["-m", "sanyi", *([] if command == "sanyi" else [command]), *arguments])


def main(arguments):
    if sys.version_info < OLDEST_PYTHON:
        raise Stop("需要 Python 3.11 或更新，现为 %s。" % sys.version.split()[0],
                   "Python 3.11 or newer is needed; this is %s." % sys.version.split()[0])
    if not arguments or arguments[0] not in ("demo", "test", "check", "env", "spark", "linkage", "sanyi"):
        print(USAGE)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    try:
        return run(arguments[0], arguments[1:]) or 0
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EROFS, errno.EPERM, errno.ENOSPC):
            raise
        raise Stop("不能写入 %s（%s）。请换一个可写、有空间的位置：设环境变量 SANYI_VENV。" % (error.filename, error.strerror),
                   "cannot write %s (%s). Set SANYI_VENV to a folder that can be written and has room."
                   % (error.filename, error.strerror))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        print(stop, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
