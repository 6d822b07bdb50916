// The least that a server in JavaScript does: it reads the body, parses it, and answers what it always answers.
import { createServer } from 'node:http';

const [, , port, text] = process.argv;
const answer = Buffer.from(text);
const headers = { 'Content-Type': 'application/json', 'Content-Length': answer.length };

createServer((req, res) => {
  const pieces = [];
  req.on('data', (piece) => pieces.push(piece));
  req.on('end', () => {
    JSON.parse(Buffer.concat(pieces).toString());
    res.writeHead(200, headers).end(answer);
  });
}).listen(Number(port), '127.0.0.1');
