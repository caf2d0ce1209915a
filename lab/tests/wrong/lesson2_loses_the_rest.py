# suite: lesson2.server
# caught by: pipelining-split
# says: three requests, cut after
# deadline: 4
# Answers all whole requests of a read, but forgets the half one behind them.
import socketserver
import sys

BODIES = {b"/": "Hello, World", b"/zh": "你好,世界"}


def answer(head):
    method, target = head.split(b"\r\n")[0].split(b" ")[:2]
    body = BODIES.get(target, "")
    status = "200 OK" if body else "404 Not Found"
    length = len(body.encode())
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\n\r\n"
    return head.encode() + (b"" if method == b"HEAD" else body.encode())


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.settimeout(10)
        data = b""
        while True:
            while b"\r\n\r\n" not in data:
                piece = self.request.recv(4096)
                if not piece:
                    return
                data += piece
            *heads, _ = data.split(b"\r\n\r\n")
            data = b""  # wrong: the beginning of the next request
            for head in heads:
                self.request.sendall(answer(head))
            if b"Connection: close" in head:
                return



class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, peer):
        pass  # a client that leaves is no news


host, port = sys.argv[sys.argv.index("--addr") + 1].rsplit(":", 1)
server = Server((host, int(port)), Handler)
print("listening on %s:%d" % server.server_address, flush=True)
server.serve_forever()
