# suite: lesson3.server
# caught by: truncation
# says: truncated to 1024
# deadline: 2
# Takes what fits into the buffer for the whole datagram.
import signal
import socket
import sys


def option(name, default):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else default


def escape(data):
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in data.decode(errors="backslashreplace"))


host, port = option("--addr", "").rsplit(":", 1)
door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
door.bind((host, int(port)))
print("listening on %s:%d" % door.getsockname(), flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("stopped", flush=True)))
while True:
    data, _, flags, peer = door.recvmsg(int(option("--buffer", "65535")))  # wrong: flags & MSG_TRUNC
    print(f"from {peer[0]}:{peer[1]} ({len(data)} bytes): {escape(data)}", flush=True)
