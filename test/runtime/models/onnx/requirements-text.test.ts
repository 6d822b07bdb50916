import { expect, it } from 'vitest';
import { requirementsText } from '../../../../src/runtime/models/onnx/requirements-text.js';

const met = { problem: undefined, fix: undefined };

it('requirementsText() lines up what is needed, how it stands, and where it is or what is wrong', () => {
  const text = requirementsText([
    { what: 'NVIDIA driver', wanted: '580 or newer', found: '590.1', ...met },
    { what: 'a', wanted: '2', found: '/lib/a (1)', problem: 'wanted 2, found 1', fix: 'x' },
    { what: 'b', wanted: '2', found: undefined, problem: 'not found', fix: 'x' },
    { what: 'c', wanted: '3, for few', found: undefined, ...met },
  ]);
  expect(text).toBe(
    [
      '  NVIDIA driver  ok             590.1',
      '  a              WRONG VERSION  wanted 2, found 1',
      '  b              MISSING        not found; wanted: 2',
      '  c              not there      wanted: 3, for few',
    ].join('\n'),
  );
});

it('requirementsText() is empty where nothing is needed', () => expect(requirementsText([])).toBe(''));
