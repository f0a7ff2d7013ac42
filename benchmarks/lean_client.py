"""Many keep-alive connections driven by one thread, so that a load costs the servers' cores next to nothing; a process of its own.

    python benchmarks/lean_client.py < PLAN      a JSON plan in, a JSON answer out

The plan: host, port, seconds, and `lines`: a connection each, with its requests as texts. A connection asks one after the other, waits for each answer, and
begins again at its first, or ends after its last where the plan says `once`. The answer: milliseconds of every request in order, counts by status, seconds, processor seconds.
"""
import json
import selectors
import socket
import sys
import time
from collections import Counter


class Line:
    """One connection and where it stands in its requests."""

    def __init__(self, address: tuple[str, int], requests: list[bytes]) -> None:
        self.requests, self.next, self.got, self.wanted, self.status = requests, 0, bytearray(), -1, 0
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> None:
        """Send the next request."""
        self.began, self.wanted = time.perf_counter(), -1
        self.got.clear()
        self.socket.sendall(self.requests[self.next % len(self.requests)])
        self.next += 1

    def is_whole(self) -> bool:
        """Read what is there; says whether the answer has come whole."""
        part = self.socket.recv(1 << 18)
        assert part, "the server closed a kept connection"
        self.got += part
        if self.wanted < 0 and (end := self.got.find(b"\r\n\r\n")) > 0:
            head = bytes(self.got[:end]).lower()
            self.status, at = int(head[9:12]), head.find(b"content-length:")
            assert at > 0, head
            self.wanted = end + 4 + int(head[at + 15:].split(b"\r\n", 1)[0])
        return 0 <= self.wanted <= len(self.got)


def load(plan: dict) -> dict:
    """Put the load of a plan on a server."""
    lines = [Line((plan["host"], plan["port"]), [each.encode("latin-1") for each in requests]) for requests in plan["lines"] if requests]
    watch, took, codes, worst = selectors.DefaultSelector(), [], Counter(), b""
    for line in lines:
        watch.register(line.socket, selectors.EVENT_READ, line)
    began, over, used = time.perf_counter(), time.perf_counter() + plan["seconds"], time.process_time()
    going = len(lines)
    [line.ask() for line in lines]
    while going:
        for key, _ in watch.select():
            line = key.data
            if not line.is_whole():
                continue
            now = time.perf_counter()
            took.append(round(1000 * (now - line.began), 3))
            codes[line.status] += 1
            worst = bytes(line.got) if line.status >= 400 else worst
            if now < over and not (plan["once"] and line.next >= len(line.requests)):
                line.ask()
            else:
                watch.unregister(line.socket)
                going -= 1
    return {"took": took, "codes": dict(codes), "seconds": time.perf_counter() - began, "processor": time.process_time() - used, "worst": worst[-2000:].decode("utf-8", "replace")}


if __name__ == "__main__":
    json.dump(load(json.load(sys.stdin)), sys.stdout)
