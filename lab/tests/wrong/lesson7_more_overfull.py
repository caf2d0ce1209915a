# suite: lesson7.more
# caught by: condition
# says: at most 3 in it
# Puts in without looking whether there is room.
import os
import threading

buffer, most = [], 0
condition = threading.Condition()


def produce():
    global most
    for item in range(20):
        with condition:
            buffer.append(item)  # wrong: nobody waits for room
            most = max(most, len(buffer))
            condition.notify_all()


producer = threading.Thread(target=produce)
producer.start()
producer.join()
taken = 0
while buffer:
    taken += buffer.pop(0) == taken
os.write(1, f"condition: {taken} items through 3 places, at most {most} in it\n".encode())
