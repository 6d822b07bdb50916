"""Run by uvicorn with its fast parts (uvloop, httptools), a process for each of its workers. It has no batches."""
import os

import fastapi
import numpy
import onnxruntime
import pydantic

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = int(os.environ["THREADS"])
session = onnxruntime.InferenceSession(os.environ["MODEL"], options)
app = fastapi.FastAPI()


class Input(pydantic.BaseModel):
    data: list[list[float]]


# In the event loop: for models as small as these a thread costs more than the run; with `def` it answers a third less.
@app.post("/score")
async def score(body: Input) -> list[list[float]]:
    return session.run(None, {"data": numpy.array(body.data, dtype=numpy.float32)})[0].tolist()
