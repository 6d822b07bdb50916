// What anybody would write to give a body back.
import express from 'express';

const [, , port] = process.argv;
const app = express();
app.use(express.json());
app.post('/score', (req, res) => res.json(req.body));
app.listen(Number(port), '127.0.0.1');
