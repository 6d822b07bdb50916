import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.js';

/**
 * A stand-in for `@azure/storage-blob`: append blobs in the memory of the process that loads it. A test in that process says
 * by `plan` what requests meet; a connection string with `Hang=true` has them never answered.
 */
const CODE = `
const blobs = new Map();
const asked = [];
const plan = { failures: [] };
class RestError extends Error {
  constructor(code, statusCode) { super('The server said ' + code); Object.assign(this, { code, statusCode }); }
}
class Blob {
  constructor(name) { this.name = name; }
  get blob() { return blobs.get(this.name); }
  async meet(what) {
    asked.push(what + ' ' + this.name);
    if (plan.hang) await new Promise(() => setInterval(() => {}, 1e6));
    const failure = plan.failures.find((one) => one.what === what && one.times-- > 0);
    if (failure) throw new RestError(failure.code, failure.status);
  }
  async create({ conditions }) {
    await this.meet('create');
    if (this.blob && conditions?.ifNoneMatch === '*') throw new RestError('BlobAlreadyExists', 409);
    blobs.set(this.name, { bytes: Buffer.alloc(0), blocks: 0, type: 'AppendBlob' });
  }
  async appendBlock(body, length, { conditions, abortSignal }) {
    await this.meet('append');
    const { blob } = this;
    if (!(abortSignal instanceof AbortSignal) || body.length !== length) throw new Error('wrongly asked');
    const { appendPosition } = conditions ?? {};
    if (appendPosition !== undefined && appendPosition !== blob.bytes.length) throw new RestError('AppendPositionConditionNotMet', 412);
    if (blob.blocks >= 50000) throw new RestError('BlockCountExceedsLimit', 409);
    blob.bytes = Buffer.concat([blob.bytes, body]);
    return { blobCommittedBlockCount: ++blob.blocks };
  }
  async getProperties() {
    await this.meet('properties');
    return { contentLength: this.blob.bytes.length, blobCommittedBlockCount: this.blob.blocks, blobType: this.blob.type };
  }
  async downloadToBuffer(offset, count) { return this.blob.bytes.subarray(offset, offset + count); }
}
exports.blobs = blobs; exports.asked = asked; exports.plan = plan;
exports.BlobServiceClient = {
  fromConnectionString(connection, options) {
    plan.connections = [...(plan.connections ?? []), connection];
    if (options.retryOptions.maxTries !== 1) throw new Error('it would send blocks twice');
    if (connection.includes('Hang=true')) plan.hang = true;
    return {
      getContainerClient: (container) => ({
        createIfNotExists: () => new Blob('').meet('container'),
        getAppendBlobClient: (name) => new Blob(container + '/' + name),
      }),
    };
  },
};
`;

export const CONNECTION = 'AccountName=acme;AccountKey=c2VjcmV0LWtleQ==;EndpointSuffix=core.windows.net';

/** The files of a `node_modules` with the stand-in in it. */
export const storagePackageFiles: Readonly<Record<string, string>> = {
  'node_modules/@azure/storage-blob/package.json': '{ "name": "@azure/storage-blob", "main": "index.cjs" }',
  'node_modules/@azure/storage-blob/index.cjs': CODE,
};

/** @returns a folder whose `node_modules` has the stand-in, and the file of it. */
export function storagePackage(): { folder: string; packagePath: string } {
  const folder = temporaryFolder(storagePackageFiles);
  return { folder, packagePath: join(folder, 'node_modules/@azure/storage-blob/index.cjs') };
}
