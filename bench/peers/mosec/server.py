import os

import mosec
import numpy
import onnxruntime


class Predict(mosec.Worker):
    def __init__(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(os.environ["THREADS"])
        self.session = onnxruntime.InferenceSession(os.environ["MODEL"], options)

    def forward(self, calls):
        # A call has one row here; rows of several calls are run together.
        data = numpy.array([call["data"][0] for call in calls], dtype=numpy.float32)
        return [row[None].tolist() for row in self.session.run(None, {"data": data})[0]]


if __name__ == "__main__":
    server = mosec.Server()
    # 32 rows as the host has it. 1 ms is the shortest wait: with 2 or 5 it answers no more calls, and a lone caller waits
    # for as long.
    server.append_worker(
        Predict,
        num=int(os.environ["PROCESSES"]),
        max_batch_size=32,
        max_wait_time=1,
        route="/score",
    )
    server.run()
