# suite: lesson8.pool
# caught by: rounds
# says: Less is too many workers
# args: pool
# As many workers as tasks.
from twins import lesson8 as twin

class Pool(twin.Pool):
    def __init__(self, workers):
        super().__init__(10)  # wrong


twin.Pool = Pool

twin.main()
