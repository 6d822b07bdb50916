// What anybody would write to take an image, up to where the model would run.
import express from 'express';
import { Tensor } from 'onnxruntime-node';

const [, , port] = process.argv;
const app = express();
app.use(express.json({ limit: '100mb' }));
app.post('/score', (req, res) => {
  const image = new Tensor('float32', Float32Array.from(req.body.image.flat(3)), [1, 3, 224, 224]);
  res.json(image.data[0]);
});
app.listen(Number(port), '127.0.0.1');
