import { type Difference, flag, ID_HEADERS, isGunicornPage, type StartDifference, WHOLE_REPLY } from '../difference.js';
import { ourError, strictJsonOf } from '../our-reply.js';
import { entryName, requestBody } from '../recorded-case.js';

const PAGE_PARTS = [...WHOLE_REPLY, ...ID_HEADERS, 'x-ms-server-version'];

function message(body: Buffer): string {
  return (strictJsonOf(body) as { message?: string } | undefined)?.message ?? '';
}

export const processDifferences: readonly Difference[] = [
  {
    id: 'timeout-is-504',
    reason: 'defect',
    says: 'A scoring timeout is 500 there; here 504, with the same message.',
    reference: 'section 3: "exceeds SCORING_TIMEOUT_MS | 500 …; not 504"',
    parts: ['status'],
    applies: ({ recorded, ours }) =>
      recorded.status === 500 &&
      /^Scoring timeout after \d+ ms$/.test(message(recorded.body)) &&
      ours.status === 504 &&
      ourError(ours)?.code === 'DEADLINE_EXCEEDED' &&
      message(ours.body) === message(recorded.body),
  },
  {
    id: 'no-worker-timeout',
    reason: 'http-stack',
    says: 'A worker that is silent for WORKER_TIMEOUT is killed under its call there; here only the deadline ends a call.',
    reference: 'section 3: "blocks past WORKER_TIMEOUT | gunicorn aborts the worker: HTML 500 without ids"',
    parts: PAGE_PARTS,
    applies: ({ recordedCase, request, recorded, ours }) =>
      recordedCase.env.WORKER_TIMEOUT !== undefined &&
      isGunicornPage(recorded) &&
      ours.status === 200 &&
      (strictJsonOf(ours.body) as { slept?: number } | undefined)?.slept === Number(requestBody(request)),
  },
  {
    id: 'exit-in-run-is-502',
    reason: 'http-stack',
    says: 'An exit inside run is caught: an HTML 500 there; here it ends the worker, which is replaced, and the call is 502.',
    reference: 'section 3: "sys.exit / KeyboardInterrupt in run | HTML 500 from gunicorn, no ids; the worker lives on"',
    parts: PAGE_PARTS,
    applies: ({ recordedCase, recorded, ours }) =>
      entryName(recordedCase) === 'sys_exit' &&
      isGunicornPage(recorded) &&
      ours.status === 502 &&
      ourError(ours)?.code === 'WORKER_LOST' &&
      flag(ours) === 'False',
  },
];

export const startDifferences: readonly StartDifference[] = [
  {
    id: 'own-documents-are-checked',
    reason: 'defect',
    says: 'A swagger.json of the user is served there whatever it is; here it must be a document of its version, or the host does not start.',
    reference: 'section 1: "Any JSON is served, unchecked."',
    appliesToStart: ({ env, request, response }, exitCode, output) => {
      const served = strictJsonOf(Buffer.from(response.body ?? '')) as
        | { swagger?: string; openapi?: string }
        | undefined;
      return (
        /with swagger.*\.json/.test(env.AML_APP_ROOT ?? '') &&
        request.path?.startsWith('/swagger.json') === true &&
        served !== undefined &&
        (served.swagger ?? served.openapi) === undefined &&
        exitCode === 3 &&
        /Cannot serve the document \S+\/swagger[\d.]*\.json: it has no "(?:swagger|openapi)"/.test(output)
      );
    },
  },
  {
    id: 'bad-timeout-stops-the-start',
    reason: 'defect',
    says: 'With a negative SCORING_TIMEOUT_MS every call fails there; here the host does not start, and says why.',
    reference: 'section 2: "a negative value makes **every** call fail 500"',
    appliesToStart: ({ env, response }, exitCode, output) =>
      Number(env.SCORING_TIMEOUT_MS) < 0 &&
      response.status === 500 &&
      exitCode === 3 &&
      output.includes(`SCORING_TIMEOUT_MS from the environment is '${env.SCORING_TIMEOUT_MS}'`),
  },
];
