# suite: lesson8.pool
# caught by: workers
# says: processes:
# args: pool
# A process for each task; the pool is only a word.
import time

from twins import lesson8 as twin

def work_once(pipe):
    function, args = pipe.recv()
    try:
        answer = function(*args), None
    except Exception as error:
        answer = None, error
    pipe.send(answer)
    time.sleep(0.2)  # wrong: it ends after one task


class Pool(twin.Pool):
    def hand_out(self):
        for at, worker in enumerate(self.workers):
            if worker.result is None and getattr(worker, "used", False):
                self.workers[at] = twin.Worker()
        super().hand_out()
        for worker in self.workers:
            worker.used = worker.result is not None


twin.work_on, twin.Pool = work_once, Pool

twin.main()
