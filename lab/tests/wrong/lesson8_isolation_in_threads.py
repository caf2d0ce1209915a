# suite: lesson8.isolation
# caught by: own-process
# says: it is a thread
# args: isolation
# Threads with a list each: nothing is shared, but not because of processes.
import os
import threading

from twins import lesson8 as twin

def isolation(args):
    def append(number):  # wrong
        twin.say(f"say hi {[number]} pid {os.getpid()}")

    threads = [threading.Thread(target=append, args=(number,)) for number in range(args.count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    twin.say("ending []")


twin.isolation = isolation

twin.main()
