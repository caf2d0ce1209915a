"""edge in Python 3."""

import select
import socket
import sys

addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:10000"
host, port = addr.rsplit(":", 1)
listener = socket.create_server((host, int(port)))
listener.setblocking(False)
epoll = select.epoll()
epoll.register(listener, select.EPOLLIN)
print("listening on {}:{}".format(*listener.getsockname()), flush=True)
clients = {}  # by descriptor: the client, its bytes, its wake-ups


def drain(entry):
    """Reads until there is nothing more now. Says whether the client stays."""
    entry[2] += 1
    try:
        while data := entry[0].recv(65536):
            entry[1] += len(data)
        entry[0].sendall("{} bytes in {} wake-ups\n".format(*entry[1:]).encode())
    except BlockingIOError:
        return True
    except OSError:
        pass  # it has left
    return False


while True:
    for number, _ in epoll.poll():
        if number == listener.fileno():
            try:
                client, _ = listener.accept()
            except OSError:
                continue
            client.setblocking(False)
            clients[client.fileno()] = [client, 0, 0]
            epoll.register(client, select.EPOLLIN | select.EPOLLET)
        elif not drain(clients[number]):
            clients.pop(number)[0].close()
