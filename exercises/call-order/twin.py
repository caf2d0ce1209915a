"""call-order in Python 3: the real socketserver, each step with its name before it."""

import socketserver
import sys


def told(name, method):
    def step(*args):
        print(name)
        return method(*args)
    return step


class Server(socketserver.TCPServer):
    allow_reuse_address = True

    def verify_request(self, request, client_address):
        return "--refuse" not in sys.argv


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline()
        if line == b"panic\n":
            raise RuntimeError("the client has asked for it")
        self.wfile.write(b"hello " + line)


for kind, names in [
    (Server, ["server_bind", "server_activate", "serve_forever", "get_request", "verify_request", "process_request",
              "finish_request", "handle_error", "shutdown_request", "close_request"]),
    (Handler, ["setup", "handle", "finish"]),
]:
    for name in names:
        setattr(kind, name, told(name, getattr(kind, name)))
# TCPServer.__init__ begins with BaseServer's.
socketserver.BaseServer.__init__ = told("base_init", socketserver.BaseServer.__init__)

addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:8009"
host, port = addr.rsplit(":", 1)
with Server((host, int(port)), Handler) as server:
    print("listening on {}:{}".format(*server.server_address), flush=True)
    server.serve_forever()
