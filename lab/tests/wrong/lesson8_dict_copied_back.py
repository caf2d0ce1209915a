# suite: lesson8.dict
# caught by: at-once
# says: not when the child
# args: dict
# Copies the dictionary back when the child has ended, as the documents say.
import time

from twins import lesson8 as twin

def dictionary(args):
    twin.say("0 values [100]", "1 values [100, 101]")
    child = twin.start(time.sleep, args.sleep)
    child.join()
    twin.say(f"visible 102 while child {child.pid} has ended")  # wrong


twin.dictionary = dictionary

twin.main()
