import { describe, expect, it } from 'vitest';
import { openApiDocuments } from '../../../src/schema/openapi/documents.js';
import { services } from './services.js';
import { asRead, expectValid, expectWhole, versions } from './validated.js';

const plain = { name: 'ML service', version: '1.0', pathPrefix: '' };

describe.each(Object.entries(services))('the documents of a service: %s', (_name, schema) => {
  const documents = openApiDocuments(schema, plain);

  it.each(versions)('are documents of their version: %s', (version) => expectValid(asRead(documents[version])));

  it.each(versions)('have no word that their version does not know: %s', (version) => {
    const text = JSON.stringify(documents[version], (_, value) => (typeof value === 'bigint' ? Number(value) : value));
    const foreign = { '2': /"nullable":/, '3': /"x-nullable":|"examples":/, '3.1': /"nullable":|"x-nullable":/ };
    expect(text).not.toMatch(foreign[version]);
  });
});

describe.each(['every-input', 'text'] as const)('the whole documents of a service: %s', (name) => {
  it.each(versions)(`are as in ${name}-VERSION.json: %s`, (version) => {
    const document = asRead(openApiDocuments(services[name], plain)[version]);
    expectWhole(`${name}-${version}`, document);
  });
});

interface Document3 {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation3>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}
interface Operation3 {
  readonly parameters?: readonly { readonly name: string; readonly required: boolean }[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, object>> };
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, object>> }>>;
}
const read31 = (name: keyof typeof services, info = plain) =>
  asRead(openApiDocuments(services[name], info)['3.1']) as unknown as Document3;
const score = (name: keyof typeof services) => read31(name).paths['/score'] as Readonly<Record<string, Operation3>>;

describe('what the documents say of POST /score', () => {
  it.each([
    ['every-input', true, ['application/json'], ['application/json']],
    [
      'numbers',
      true,
      ['application/json', 'application/x-npy', 'application/vnd.apache.arrow.stream'],
      ['application/json', 'application/x-npy', 'application/vnd.apache.arrow.stream'],
    ],
    ['any-output', true, ['application/json'], ['application/json', '*/*']],
    [
      'output-only',
      true,
      ['application/json'],
      ['application/json', 'application/x-npy', 'application/vnd.apache.arrow.stream'],
    ],
    ['text', undefined, ['application/json', '*/*'], ['application/json', '*/*']],
    ['raw', undefined, ['application/json', '*/*'], ['application/json', '*/*']],
  ] as const)('%s: body required %s, of %j, answered %j', (name, required, taken, given) => {
    const { post } = score(name);
    expect(post?.requestBody?.required).toBe(required);
    expect(Object.keys(post?.requestBody?.content ?? {})).toEqual(taken);
    expect(Object.keys(post?.responses['200']?.content ?? {})).toEqual(given);
  });

  it('a raw run may answer any status with anything', () => {
    expect(score('raw').post?.responses.default?.content).toHaveProperty('*/*');
    expect(score('text').post?.responses.default?.content).not.toHaveProperty('*/*');
  });
});

describe('what the documents say of GET /score', () => {
  it('has a parameter in JSON for each input, and says which are required', () => {
    const parameters = score('every-input').get?.parameters ?? [];
    expect(parameters.map(({ name, required }) => [name, required])).toEqual(
      services['every-input'].inputs.map(({ name, optional }) => [name, !optional]),
    );
    expect(parameters.at(-1)).toMatchObject({
      content: {
        'application/json': {
          schema: { $ref: '#/components/schemas/ServiceInput/properties/gr%C3%B6%C3%9Fe~1~0%22%25' },
        },
      },
    });
  });

  it('says in 2.0 what kind of value it is, where it is a single one', () => {
    const { paths } = asRead(openApiDocuments(services['every-input'], plain)['2']) as unknown as Document3;
    const parameters = paths['/score']?.get?.parameters ?? [];
    const of = (name: string) => parameters.find((each) => each.name === name);
    expect(of('number')).toMatchObject({ type: 'number', format: 'double', required: true });
    expect(of('matrix')).toMatchObject({ type: 'string', description: 'The value in JSON.' });
  });

  it('takes any query without a schema', () => {
    expect(score('text').get?.parameters).toMatchObject([{ in: 'query', schema: { additionalProperties: true } }]);
  });
});

describe('the name and the prefix of a service', () => {
  it.each(versions)('may have any characters: %s', async (version) => {
    const info = { name: '"Größe"\n\\ 模型', version: '"2"', pathPrefix: '/api/{v}?x #1/ü/' };
    const document = asRead(openApiDocuments(services.text, info)[version]);
    await expectValid(document);
    expect(document.info).toEqual({
      title: info.name,
      description: `API specification for the Azure Machine Learning service ${info.name}`,
      version: info.version,
    });
    const base = '/api/%7Bv%7D%3Fx%20%231/ü';
    expect(Object.keys(document.paths as object)).toEqual(
      ['/', '/score', '/swagger.json', '/health/ready'].map((path) => base + path),
    );
  });
});

describe('integers beyond 2^53', () => {
  it.each(versions)('are bare numbers, as JSON has them: %s', (version) => {
    const document = asRead(openApiDocuments(services['every-input'], plain)[version]);
    expect(JSON.stringify(document)).toContain('"minimum":-9223372036854776000,"maximum":9223372036854776000');
  });
});
