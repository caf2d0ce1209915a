"""shutdown in Python 3. `shutdown()` of the framework wakes its loop within the poll interval."""

import contextlib
import socket
import socketserver
import sys
import threading


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        with contextlib.suppress(OSError, ValueError):
            for line in self.rfile:
                word, times = line.split()
                self.wfile.write(word * int(times) + b"\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 64
    count = 0

    def process_request(self, request, client_address):
        self.count += 1
        clients.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        clients.discard(request)
        super().shutdown_request(request)


def watch_stdin():
    for line in sys.stdin:
        if line == "stop\n":
            server.shutdown()
            return


clients = set()
addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:8009"
host, port = addr.rsplit(":", 1)
server = Server((host, int(port)), Handler)
print("listening on {}:{}".format(*server.server_address), flush=True)
threading.Thread(target=watch_stdin, daemon=True).start()
server.serve_forever(poll_interval=0.05)
server.socket.close()
for client in list(clients):
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_RD)
server.server_close()  # waits for the threads
print(f"stopped after {server.count} connections")
