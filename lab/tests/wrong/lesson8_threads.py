# suite: lesson8.processes
# caught by: real-processes
# says: is no child process
# args: processes
# Starts threads and calls them processes.
import os
import threading
import time

from twins import lesson8 as twin

def processes(args):
    def hi(number):  # wrong: a thread has a number of its own, but that is no process
        twin.say(f"say hi {number} pid {threading.get_native_id()} parent {os.getpid()}")
        time.sleep(args.sleep)

    threads = [threading.Thread(target=hi, args=(number,)) for number in range(args.count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


twin.processes = processes

twin.main()
