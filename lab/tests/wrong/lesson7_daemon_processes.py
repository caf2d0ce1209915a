# suite: lesson7.daemon
# caught by: real-threads
# says: these should be threads
# Two processes; the one called daemon is ended by the interpreter, which looks alike.
import multiprocessing
import os
import time

multiprocessing.set_start_method("fork")
begun = multiprocessing.Barrier(3)


def work(name, seconds):
    os.write(1, f"{name}: first line\n".encode())
    begun.wait()
    time.sleep(seconds)
    os.write(1, f"{name}: last line\n{name}: cleaned up\n".encode())


multiprocessing.Process(target=work, args=("daemon", 60), daemon=True).start()  # wrong
worker = multiprocessing.Process(target=work, args=("worker", 0.5))
worker.start()
begun.wait()
worker.join()
os.write(1, b"main ends\n")
