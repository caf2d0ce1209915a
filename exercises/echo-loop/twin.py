"""echo-loop in Python 3."""

import select
import socket
import sys

addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:10000"
host, port = addr.rsplit(":", 1)
listener = socket.create_server((host, int(port)))
listener.setblocking(False)
print("listening on {}:{}".format(*listener.getsockname()), flush=True)
queues = {}  # of each client what it still has to get
ended = set()  # those that have said all


def serve(client, has_news):
    try:
        if has_news:
            data = client.recv(65536)
            queues[client] += data
            if not data:
                ended.add(client)
        if queues[client]:
            del queues[client][: client.send(queues[client])]
    except BlockingIOError:
        pass  # no room now
    except OSError:
        return False
    return client not in ended or queues[client]


while True:
    reading = [listener] + [client for client in queues if client not in ended]
    writing = [client for client in queues if queues[client]]
    readable, writable, _ = select.select(reading, writing, [])
    for client in {*readable, *writable} - {listener}:
        if not serve(client, client in readable):
            del queues[client]
            ended.discard(client)
            client.close()
    if listener in readable:
        try:
            client, _ = listener.accept()
        except OSError:
            continue  # it has left
        client.setblocking(False)
        queues[client] = bytearray()
