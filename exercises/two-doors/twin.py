"""two-doors in Python 3."""

import select
import socket
import sys


def door(option):
    host, port = sys.argv[sys.argv.index(option) + 1].rsplit(":", 1)
    listener = socket.create_server((host, int(port)))
    print("listening on {}:{}".format(*listener.getsockname()), flush=True)
    return listener


doors = {door("--addr"): b"first door\n", door("--addr2"): b"second door\n"}
while True:
    for listener in select.select(doors, [], [])[0]:
        try:
            with listener.accept()[0] as caller:
                caller.sendall(doors[listener])
        except OSError:
            pass  # it has left: the next one, please
