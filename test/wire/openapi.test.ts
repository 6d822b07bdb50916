import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectValid, expectWhole, versions } from '../schema/openapi/validated.js';
import { WorkerAlone } from '../support/worker-alone.js';

const folder = fileURLToPath(new URL('../../entry-scripts/', import.meta.url));
const entries = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory());

let worker: WorkerAlone;
beforeAll(() => {
  worker = new WorkerAlone();
});
afterAll(() => worker.stop());

// That a host serves them as they are: own-documents.test.ts, schema-command.test.ts.
it.each(entries.map(({ name }) => name))(
  'the documents of entry-scripts/%s are valid, and that of diabetes is the whole one in test/schema/openapi',
  async (name) => {
    const { documents } = await worker.load(folder + name);
    for (const version of versions) {
      const document = JSON.parse(documents[version]) as object;
      await expectValid(document);
      if (name === 'diabetes') expectWhole(`${name}-${version}`, document);
    }
  },
);

it('there are entry scripts', () => expect(entries.length).toBeGreaterThan(0));
