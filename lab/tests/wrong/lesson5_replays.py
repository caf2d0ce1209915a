# suite: lesson5.server
# caught by: one-after-another
# says: one message after the other
# Never empties its list of messages: A, AB, ABC, as in the document.
import select
import signal
import socket
import sys

host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
listener = socket.create_server((host, int(port)), backlog=1024)
print("listening on %s:%d" % listener.getsockname(), flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
said = {}
while True:
    readable, _, _ = select.select([listener, *said], [], [])
    for conn in readable:
        if conn is listener:
            conn, _ = listener.accept()
            said[conn] = b""
            continue
        data = conn.recv(1024)
        if data:
            said[conn] += data
            conn.sendall(said[conn])  # wrong: what was sent before is still in there
        else:
            del said[conn]
            conn.close()
