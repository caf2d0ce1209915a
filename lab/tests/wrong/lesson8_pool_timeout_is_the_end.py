# suite: lesson8.pool
# caught by: timeout
# says: no line `later 100`
# args: pool
# A wait that is over takes the task along.
from twins import lesson8 as twin

class Result(twin.Result):
    def get(self, timeout=None):
        try:
            return super().get(timeout)
        except twin.multiprocessing.TimeoutError:
            self.come((0, 0), None)  # wrong
            raise

    def come(self, value, error):
        if not self.ready:
            super().come(value, error)


twin.Result = Result

twin.main()
