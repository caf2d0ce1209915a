# suite: lesson3.echo
# caught by: three-clients
# says: client
# deadline: 2
# Remembers the first sender and answers everything to it.
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
first = None
while True:
    data, peer = door.recvfrom(65535)
    first = first or peer
    door.sendto(data, first)  # wrong: to peer
