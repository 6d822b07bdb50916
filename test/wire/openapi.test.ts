import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { expectValid, expectWhole, versions } from '../schema/openapi/validated.js';
import { HostProcess } from '../support/host-process.js';

const folder = fileURLToPath(new URL('../../entry-scripts/', import.meta.url));
const entries = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory());

describe.each(entries.map(({ name }) => name))('the documents of entry-scripts/%s', (name) => {
  it('are valid, and that of diabetes is the whole one in test/schema/openapi', async () => {
    const host = await HostProcess.start({ entry: folder + name });
    try {
      for (const version of versions) {
        const document = (await (await host.fetch(`/swagger.json?version=${version}`)).json()) as object;
        await expectValid(document);
        if (name === 'diabetes') expectWhole(`${name}-${version}`, document);
      }
    } finally {
      await host.stop();
    }
  });
});

it('there are entry scripts', () => expect(entries.length).toBeGreaterThan(0));
