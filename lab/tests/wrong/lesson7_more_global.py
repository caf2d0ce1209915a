# suite: lesson7.more
# caught by: local
# says: local: main 1, thread 2
# A value that all threads share.
import os
import threading

value = 1


def look():
    global value
    value += 2  # wrong: main sees it


thread = threading.Thread(target=look)
thread.start()
thread.join()
os.write(1, b"condition: 20 items through 3 places, at most 3 in it\n")
os.write(1, f"local: main {value}, thread {value}\n".encode())
