"""Echo on CPython's socketserver: `threading` or `forking`, as its documentation has it."""
import socketserver
import sys


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(65536):
            self.request.sendall(data)


base = {"threading": socketserver.ThreadingTCPServer, "forking": socketserver.ForkingTCPServer}[sys.argv[1]]


class Server(base):
    request_queue_size = 128  # the 5 it has by default would lose some of 32 at a time for a second
    daemon_threads = True


with Server(("127.0.0.1", 0), Echo) as server:
    print("listening on %s:%d" % server.server_address, flush=True)
    server.serve_forever()
