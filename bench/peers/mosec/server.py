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
    server.append_worker(
        Predict,
        num=int(os.environ["PROCESSES"]),
        max_batch_size=int(os.environ.get("BS", "32")),
        max_wait_time=int(os.environ.get("BT", "1")),
        route="/score",
    )
    server.run()
