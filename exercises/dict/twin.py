"""dict in Python 3."""

import socketserver
import sys

shared = {}


def answer(request):
    # One step for the interpreter's lock each: no thread sees half a change.
    match request.split(" ", 2):
        case ["set", key, value]:
            shared[key] = value
            return "ok"
        case ["get", key]:
            return f"value {shared[key]}" if key in shared else "none"
        case _:
            return "error"


class User(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            for line in self.rfile:
                self.wfile.write(answer(line.decode().rstrip("\n")).encode() + b"\n")
        except OSError:
            pass  # this process has ended


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:9999"
host, port = addr.rsplit(":", 1)
with Server((host, int(port)), User) as server:
    print("listening on {}:{}".format(*server.server_address), flush=True)
    server.serve_forever()
