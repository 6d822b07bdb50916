import os
import typing

import bentoml
import numpy
import onnxruntime
from bentoml.validators import DType

Rows = typing.Annotated[numpy.ndarray, DType("float32")]


@bentoml.service(
    workers=int(os.environ["PROCESSES"]),
    logging={"access": {"enabled": False}},
)
class Predict:
    def __init__(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(os.environ["THREADS"])
        self.session = onnxruntime.InferenceSession(os.environ["MODEL"], options)

    # 32 rows as the host has it. How long a batch waits for more is learned; what would take longer than max_latency_ms
    # is refused, which happens to some calls with 200 ms, and to none with ten seconds at the same speed.
    @bentoml.api(route="/score", batchable=True, max_batch_size=32, max_latency_ms=10_000)
    def predict(self, data: Rows) -> Rows:
        return self.session.run(None, {"data": data})[0]
