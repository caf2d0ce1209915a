# suite: lesson8.pool
# caught by: without-join
# says: did not end in time
# deadline: 4
# args: pool
# Waits for the tasks although nobody has told it to.
from twins import lesson8 as twin


class Pool(twin.Pool):
    def terminate(self):
        if self.open and self.queue and self.queue[0][0] is twin.foo:
            self.close()
            self.join()  # wrong
        super().terminate()


twin.Pool = Pool

twin.main()
