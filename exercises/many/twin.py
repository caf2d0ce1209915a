"""many in Python 3."""

import errno
import resource
import select
import socket
import sys

_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:10000"
host, port = addr.rsplit(":", 1)
listener = socket.create_server((host, int(port)))
listener.setblocking(False)
epoll = select.epoll()
epoll.register(listener, select.EPOLLIN)
print("listening on {}:{}".format(*listener.getsockname()), flush=True)
clients = {}  # by descriptor


def welcome():
    try:
        client, _ = listener.accept()
    except OSError as error:
        if error.errno == errno.EMFILE:
            epoll.modify(listener, 0)  # until somebody leaves
        return
    client.setblocking(False)
    clients[client.fileno()] = client
    epoll.register(client, select.EPOLLIN)


def echo(client):
    """Says whether the client stays."""
    try:
        data = client.recv(4096)
        client.sendall(data)
        return data
    except OSError:
        return False


while True:
    for number, _ in epoll.poll():
        if number == listener.fileno():
            welcome()
        elif not echo(clients[number]):
            clients.pop(number).close()
            epoll.modify(listener, select.EPOLLIN)
