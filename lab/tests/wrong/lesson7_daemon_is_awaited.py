# suite: lesson7.daemon
# caught by: daemon
# says: nobody should wait for a daemon
# deadline: 8
# Both threads are in the foreground: the interpreter waits for the one that nobody needs.
import os
import threading
import time

begun = threading.Barrier(3)


def work(name, seconds):
    os.write(1, f"{name}: first line\n".encode())
    begun.wait()
    time.sleep(seconds)
    os.write(1, f"{name}: last line\n{name}: cleaned up\n".encode())


threading.Thread(target=work, args=("daemon", 60)).start()  # wrong: no daemon=True
worker = threading.Thread(target=work, args=("worker", 0.1))
worker.start()
begun.wait()
worker.join()
os.write(1, b"main ends\n")
