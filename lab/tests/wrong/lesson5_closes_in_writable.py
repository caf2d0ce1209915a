# suite: lesson5.server
# caught by: clients-that-leave
# says: the server died after a client that
# The document's loop: what is closed among the readable is used among the writable. KeyError.
import queue
import select
import signal
import socket
import sys

host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
listener = socket.create_server((host, int(port)), backlog=1024)
print("listening on %s:%d" % listener.getsockname(), flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
inputs, outputs, queues = [listener], [], {}
while True:
    readable, writable, _ = select.select(inputs, outputs, inputs)
    for conn in readable:
        if conn is listener:
            conn, _ = listener.accept()
            conn.setblocking(False)
            inputs.append(conn)
            queues[conn] = queue.Queue()
            continue
        try:
            data = conn.recv(65536)
        except ConnectionError:
            data = b""
        if data:
            queues[conn].put(data)
            if conn not in outputs:
                outputs.append(conn)
        else:
            inputs.remove(conn)
            if conn in outputs:
                outputs.remove(conn)
            conn.close()
            del queues[conn]
    for conn in writable:
        conn.send(queues[conn].get_nowait())  # wrong: it may have been closed above
        if queues[conn].empty():
            outputs.remove(conn)
