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

    @bentoml.api(route="/score", batchable=os.environ.get("BS", "32") != "1", max_batch_size=int(os.environ.get("BS", "32")), max_latency_ms=int(os.environ.get("BT", "1000")))
    def predict(self, data: Rows) -> Rows:
        return self.session.run(None, {"data": data})[0]
