# suite: lesson7.daemon
# caught by: daemon
# says: it had no work left
# The daemon is done before the worker: nothing is seen of what a daemon loses.
import os
import threading
import time


def work(name, seconds):
    os.write(1, f"{name}: first line\n".encode())
    time.sleep(seconds)
    os.write(1, f"{name}: last line\n{name}: cleaned up\n".encode())


threading.Thread(target=work, args=("daemon", 0.01), daemon=True).start()  # wrong: too short
worker = threading.Thread(target=work, args=("worker", 0.5))
worker.start()
worker.join()
os.write(1, b"main ends\n")
