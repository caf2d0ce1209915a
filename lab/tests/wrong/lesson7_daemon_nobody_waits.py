# suite: lesson7.daemon
# caught by: worker
# says: the line `worker: last line` must be printed once
# Nobody waits for the worker either: it is cut off like the daemon.
import os
import threading
import time

begun = threading.Barrier(3)


def work(name, seconds):
    os.write(1, f"{name}: first line\n".encode())
    begun.wait()
    time.sleep(seconds)
    os.write(1, f"{name}: last line\n{name}: cleaned up\n".encode())


for name, seconds in (("daemon", 60), ("worker", 0.5)):
    threading.Thread(target=work, args=(name, seconds), daemon=True).start()  # wrong for the worker
begun.wait()
os.write(1, b"main ends\n")
