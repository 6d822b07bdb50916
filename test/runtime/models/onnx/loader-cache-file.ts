/** `/etc/ld.so.cache` with these libraries of x86-64, or with other flags. */
export function loaderCacheFile(libraries: readonly (readonly [name: string, path: string, flags?: number])[]): Buffer {
  const textsOffset = 48 + libraries.length * 24;
  const texts: Buffer[] = [];
  const add = (text: string) => {
    const offset = textsOffset + texts.reduce((bytes, { length }) => bytes + length, 0);
    texts.push(Buffer.from(`${text}\0`));
    return offset;
  };
  const head = Buffer.alloc(48);
  head.write('glibc-ld.so.cache1.1', 'latin1');
  head.writeUInt32LE(libraries.length, 20);
  const entries = libraries.map(([name, path, flags = 0x0303]) => {
    const entry = Buffer.alloc(24);
    entry.writeUInt32LE(flags, 0);
    entry.writeUInt32LE(add(name), 4);
    entry.writeUInt32LE(add(path), 8);
    return entry;
  });
  const text = Buffer.concat(texts);
  head.writeUInt32LE(text.length, 24);
  return Buffer.concat([head, ...entries, text]);
}
