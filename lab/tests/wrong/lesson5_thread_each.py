# suite: lesson5.server
# caught by: many
# says: one thread is to serve them all
# A thread for each client.
import socketserver
import sys


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(65536):
            self.request.sendall(data)


class Server(socketserver.ThreadingTCPServer):  # wrong: not one thread for all
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, peer):
        pass  # a client that leaves is no news


host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
server = Server((host, int(port)), Handler)
print("listening on %s:%d" % server.server_address, flush=True)
server.serve_forever()
