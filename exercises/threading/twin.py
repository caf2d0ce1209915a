"""threading in Python 3."""

import socketserver
import sys
import threading

lock = threading.Lock()
lines = 0


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            for line in self.rfile:
                self.wfile.write(b"%d %s" % (count(line), line))
        except OSError:
            pass  # it has left


def count(line):
    global lines
    with lock:  # given back by an exception, too
        lines += 1
        if line == b"panic\n":
            raise RuntimeError("the client has asked for it")
        return lines


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:8009"
host, port = addr.rsplit(":", 1)
with Server((host, int(port)), Handler) as server:
    print("listening on {}:{}".format(*server.server_address), flush=True)
    server.serve_forever()
