# suite: lesson3.server
# caught by: empty
# says: (0 bytes)
# deadline: 3
# Takes an empty datagram for the end, as in TCP.
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
    data, _, flags, peer = door.recvmsg(int(option("--buffer", "65535")))
    if not data:
        break  # wrong: UDP has no EOF
    print(f"from {peer[0]}:{peer[1]} ({len(data)} bytes): {escape(data)}", flush=True)
