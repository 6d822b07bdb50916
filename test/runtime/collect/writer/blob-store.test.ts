import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BlobStore } from '../../../../src/runtime/collect/writer/blob-store.js';
import type { Place } from '../../../../src/runtime/collect/writer/place.js';
import { CONNECTION, storagePackage } from '../../../support/storage-package.js';

interface StandIn {
  readonly blobs: Map<string, { bytes: Buffer; blocks: number; type: string }>;
  readonly asked: string[];
  readonly plan: { failures: object[]; connections?: string[] };
}

const place: Place = { name: 'a/data', ending: '.csv', header: 'x\r\n' };
const events: Place = { name: 'b/pod-1', ending: '.jsonl', header: '' };
const line = (text: string) => Buffer.from(`${text}\r\n`);

function setUp(connectionFile = '') {
  const { folder, packagePath } = storagePackage();
  const standIn = createRequire(import.meta.url)(packagePath) as StandIn;
  const open = () =>
    new BlobStore({ kind: 'blob', packagePath, container: 'data', connectionString: CONNECTION, connectionFile });
  const text = (name: string) => standIn.blobs.get(`data/${name}`)?.bytes.toString();
  return { ...standIn, store: open(), open, text, folder };
}

describe('a container', () => {
  it('has blobs that begin with their header, once, also after a new start', async () => {
    const { store, open, text } = setUp();
    await store.append(place, line('1'));
    await store.append(place, line('2'));
    await open().append(place, line('3'));
    expect(text('a/data.csv')).toBe('x\r\n1\r\n2\r\n3\r\n');
  });

  it('is made once, and asked for nothing but appending then', async () => {
    const { store, asked } = setUp();
    for (const text of ['1', '2', '3']) await store.append(events, line(text));
    expect(asked).toEqual(['container ', 'create data/b/pod-1.jsonl', ...Array(3).fill('append data/b/pod-1.jsonl')]);
  });

  it('has another blob for other columns', async () => {
    const { store, open, text } = setUp();
    await store.append(place, line('1'));
    const other = { ...place, header: 'y\r\n' };
    await store.append(other, line('2'));
    await open().append(other, line('3'));
    expect(text('a/data.csv')).toBe('x\r\n1\r\n');
    expect(text('a/data-1.csv')).toBe('y\r\n2\r\n3\r\n');
  });

  it('begins an empty blob that another host has just made', async () => {
    const { store, blobs, text } = setUp();
    blobs.set('data/a/data.csv', { bytes: Buffer.alloc(0), blocks: 0, type: 'AppendBlob' });
    await store.append(place, line('1'));
    expect(text('a/data.csv')).toBe('x\r\n1\r\n');
  });

  it('leaves blobs of another kind alone', async () => {
    const { store, blobs, text } = setUp();
    blobs.set('data/b/pod-1.jsonl', { bytes: Buffer.from('1'), blocks: 0, type: 'BlockBlob' });
    await store.append(events, line('1'));
    expect(text('b/pod-1-1.jsonl')).toBe('1\r\n');
  });

  it('goes on in another blob before one has as many blocks as Azure takes', async () => {
    const { store, open, blobs, text } = setUp();
    await store.append(events, line('1'));
    blobs.get('data/b/pod-1.jsonl')!.blocks = 48_999;
    await open().append(events, line('2'));
    await open().append(events, line('3'));
    expect(text('b/pod-1.jsonl')).toBe('1\r\n2\r\n');
    expect(text('b/pod-1-1.jsonl')).toBe('3\r\n');
  });

  it('goes on in another one also where others have filled it', async () => {
    const { store, blobs, text } = setUp();
    await store.append(events, line('1'));
    blobs.get('data/b/pod-1.jsonl')!.blocks = 50_000;
    await store.append(events, line('2'));
    await store.append(events, line('3'));
    expect(text('b/pod-1-1.jsonl')).toBe('2\r\n3\r\n');
  });
});

describe('an account', () => {
  it('that has no time is asked again', async () => {
    const { store, plan, text } = setUp();
    plan.failures.push({ what: 'append', times: 1, code: 'ServerBusy', status: 503 });
    await store.append(events, line('1'));
    expect(text('b/pod-1.jsonl')).toBe('1\r\n');
  });

  it('that has answered nothing is not: the block may be there', async () => {
    const { store, plan, asked, text } = setUp();
    plan.failures.push({ what: 'append', times: 1, code: 'ECONNRESET' });
    await expect(store.append(events, line('1'))).rejects.toThrow(/^Azure Blob storage: The server said ECONNRESET$/);
    expect(asked.filter((what) => what.startsWith('append'))).toHaveLength(1);
    await store.append(events, line('2'));
    expect(text('b/pod-1.jsonl')).toBe('2\r\n');
  });

  it('that refuses the key is asked with the one that is in the file by then', async () => {
    const file = join(storagePackage().folder, 'connection');
    writeFileSync(file, `${CONNECTION}\n`);
    const { store, plan } = setUp(file);
    plan.failures.push({ what: 'create', times: 1, code: 'AuthenticationFailed', status: 403 });
    writeFileSync(file, CONNECTION.replace('acme', 'second'));
    await expect(store.append(events, line('1'))).rejects.toThrow('AuthenticationFailed, 403');
    writeFileSync(file, CONNECTION.replace('acme', 'third'));
    await store.append(events, line('2'));
    expect(plan.connections?.map((one) => one.slice(12, 18))).toEqual(['second', 'third;']);
  });

  it('that lets nobody make containers is written to all the same', async () => {
    const { store, plan, text } = setUp();
    plan.failures.push({ what: 'container', times: 1, code: 'AuthorizationPermissionMismatch', status: 403 });
    await store.append(events, line('1'));
    expect(text('b/pod-1.jsonl')).toBe('1\r\n');
  });

  it('is known from the start not to be there', async () => {
    const { store, plan } = setUp();
    plan.failures.push({ what: 'container', times: 1, code: 'InvalidResourceName', status: 400 });
    await expect(store.open()).rejects.toThrow('InvalidResourceName, 400');
  });

  it('is never told about with its key', async () => {
    const { store, plan } = setUp();
    plan.failures.push({ what: 'create', times: 1, code: 'no: c2VjcmV0LWtleQ== is wrong', status: 400 });
    await expect(store.append(events, line('1'))).rejects.toThrow('The server said no: … is wrong, 400');
  });
});
