"""callers in Python 3."""

import socketserver
import sys

GREETING = "欢迎致电 10086,请输入1xxx,0转人工服务."
REPLIES = {b"0": "通过可能会被录音.balabala一大推"}


class Call(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            self.wfile.write(GREETING.encode())
            for line in self.rfile:
                message = line.removesuffix(b"\n").removesuffix(b"\r")
                if not line.endswith(b"\n") or message == b"exit":
                    return
                self.wfile.write(REPLIES.get(message, "请重新输入.").encode())
        except OSError:
            pass  # this caller has left


class Robot(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


addr = sys.argv[sys.argv.index("--addr") + 1] if "--addr" in sys.argv else "127.0.0.1:8888"
host, port = addr.rsplit(":", 1)
with Robot((host, int(port)), Call) as server:
    print("listening on {}:{}".format(*server.server_address), flush=True)
    server.serve_forever()
