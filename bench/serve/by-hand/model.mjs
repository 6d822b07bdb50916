// What anybody would write to serve a model.
import express from 'express';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [, , port, path] = process.argv;
const session = await InferenceSession.create(path);
const app = express();
app.use(express.json({ limit: '100mb' }));
app.post('/score', async (req, res) => {
  const rows = req.body.data;
  const data = new Tensor('float32', Float32Array.from(rows.flat()), [rows.length, rows[0].length]);
  const outputs = await session.run({ data });
  res.json(Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, Array.from(tensor.data)])));
});
app.listen(Number(port), '127.0.0.1');
