# suite: lesson8.lock
# caught by: leaves-nothing
# says: left files behind
# args: lock
# A lock that is a file, and stays one.
import tempfile

from twins import lesson8 as twin

def named():
    return tempfile.NamedTemporaryFile(delete=False)  # wrong


twin.tempfile = type("tempfile", (), {"TemporaryFile": staticmethod(named)})

twin.main()
