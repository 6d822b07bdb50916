import { rawHttp } from 'scorehost';

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

export const run = rawHttp(async (request) => {
  const bytes = await imageOf(request);
  if (bytes === undefined) return problem(400, "the form has no file named 'image'");
  if (bytes.length === 0) return problem(400, 'there is no image: POST one');
  const format = [PNG, JPEG].find((signature) => bytes.subarray(0, signature.length).equals(signature));
  if (format === undefined) return problem(415, 'neither a PNG nor a JPEG');
  const size = format === PNG ? pngSize(bytes) : jpegSize(bytes);
  if (!size?.width || !size.height) return problem(400, 'the image is broken: it has no size');
  return Response.json({ format: format === PNG ? 'png' : 'jpeg', ...size, bytes: bytes.length });
});

// A form is recognised by its type. Of a body on its own no type is asked: the bytes say what they are.
async function imageOf(request: Request): Promise<Buffer | undefined> {
  const isForm = request.headers.get('content-type')?.startsWith('multipart/form-data');
  if (!isForm) return Buffer.from(await request.arrayBuffer());
  const form = await request.formData().catch(() => undefined);
  const image = form?.get('image');
  return image instanceof File ? Buffer.from(await image.arrayBuffer()) : undefined;
}

function problem(status: number, message: string): Response {
  return Response.json({ message }, { status });
}

// The first chunk has the size: its length and name take 8 bytes, then come width and height.
function pngSize(bytes: Buffer) {
  if (bytes.length < 24 || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

// Segments are skipped by their lengths, up to the frame header: C0 to CF, of which C4, C8 and CC are something else.
function jpegSize(bytes: Buffer) {
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes.readUInt8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
  }
  return undefined;
}
