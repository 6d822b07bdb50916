import { isDeepStrictEqual } from 'node:util';
import type { Both, Difference } from '../difference.js';
import { jsonOf, strictJsonOf } from '../our-reply.js';
import { entryName, requestLine } from '../recorded-case.js';
import { decoratedEntries } from '../typed/decorated-entries.js';
import { compareFragments, type Fragment } from '../typed/fragment.js';
import type { Place } from '../typed/place.js';
import { pythonValue } from '../typed/python-value.js';
import type { SchemaCase } from '../typed/schema-case.js';
import { type SchemaDifference, schemaDifferences } from './schemas.js';
import { asReference } from './swagger.js';

type Document = Readonly<Record<string, unknown>>;

/** The parameters of the entry scripts, where some are not decorated. */
const signatures: Readonly<Record<string, string>> = {
  multi: 'num, label, extra',
  multi_headers: 'num, request_headers',
  wrong_name: 'input_data',
  out_only: 'data',
};

/** The fragments of a document, and the rest of it. */
function parted(document: Document): [fragments: Readonly<Record<string, Fragment>>, rest: unknown] {
  const { definitions, components, ...rest } = document as { definitions?: object; components?: { schemas: object } };
  const { ServiceInput, ServiceOutput, ...others } = (definitions ?? components?.schemas ?? {}) as Record<
    string,
    Fragment
  >;
  return [
    { ServiceInput: ServiceInput ?? {}, ServiceOutput: ServiceOutput ?? {} },
    { ...rest, others },
  ];
}

/** What the fragments of two documents differ in; undefined if something is unexplained, or is not of the fragments. */
function explanations(both: Both): readonly SchemaDifference[] | undefined {
  const entry = entryName(both.recordedCase);
  const isDocument = requestLine(both.request)?.target.startsWith('/swagger.json') === true;
  const [theirs, own] = [jsonOf(both.recorded.body), strictJsonOf(both.ours.body)] as [Document?, Document?];
  const isTyped = entry in decoratedEntries || entry in signatures;
  if (!isTyped || !isDocument || !theirs || !own || both.recorded.status !== 200 || both.ours.status !== 200)
    return undefined;
  const params = decoratedEntries[entry] ?? [];
  const script: SchemaCase = { name: entry, params, python_source: `def run(${signatures[entry] ?? ''}): pass` };
  const [[theirFragments, theirRest], [ownFragments, ownRest]] = [parted(theirs), parted(asReference(own))];
  if (!isDeepStrictEqual(theirRest, ownRest)) return undefined;
  const members = new Map(params.map((param) => [String(param.name), pythonValue({ options: {}, ...param })]));
  const input: Place = { kind: 'value', sample: { kind: 'dict', members }, inside: false };
  const found = Object.keys(theirFragments).flatMap((name) => {
    const [recorded, ours] = [theirFragments[name] as Fragment, ownFragments[name] as Fragment];
    return compareFragments(recorded, ours, name === 'ServiceInput' ? [input] : [], [name]).map((divergence) =>
      schemaDifferences.find(({ explains }) => explains(divergence, script)),
    );
  });
  return found.every((each) => each !== undefined) ? found : undefined;
}

/** The differences of documents, where they are served: the first of those that explain one gives it the name. */
export const documentDifferences: readonly Difference[] = [
  ...schemaDifferences.map(({ id, reason, says, reference }) => ({
    id,
    reason,
    says,
    reference: `inference-schema.md ${reference}`,
    parts: ['body'],
    applies: (both: Both) => explanations(both)?.[0]?.id === id,
  })),
  {
    id: 'swagger-2-is-always-offered',
    reason: 'defect',
    says: 'A list of mixed types in an example takes version 2 away there; here every version is always offered.',
    reference: 'inference-schema.md section 1: "The server answers 404 for the default request when 2.0 is out"',
    parts: ['status', 'body'],
    applies: ({ recordedCase, recorded, ours }) =>
      entryName(recordedCase) === 'mixed_list' &&
      recorded.status === 404 &&
      recorded.body.includes('Swagger version [2] is not supported for the scoring script.') &&
      ours.status === 200 &&
      (strictJsonOf(ours.body) as Document | undefined)?.swagger === '2.0',
  },
];
