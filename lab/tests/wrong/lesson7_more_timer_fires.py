# suite: lesson7.more
# caught by: timer
# says: timer cancelled: did not fire
# Cancels what has fired already.
import os
import threading
import time


def say(line):
    os.write(1, (line + "\n").encode())


say("condition: 20 items through 3 places, at most 3 in it")
timer = threading.Timer(0.01, say, ["timer: fired"])
timer.start()
timer.join()
late = threading.Timer(0.01, say, ["timer cancelled: fired"])
late.start()
time.sleep(0.2)
late.cancel()  # wrong: too late
late.join()
