import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloudEventLine } from '../../../../src/runtime/collect/writer/cloud-event.js';
import { checkCloudEvent } from '../../../support/cloud-event.js';
import { dataHead, names, payloadHead } from '../heads.js';

function eventOf(...args: Parameters<typeof cloudEventLine>): Record<string, unknown> {
  const line = cloudEventLine(...args);
  expect(line.indexOf('\n')).toBe(line.length - 1);
  return checkCloudEvent(line);
}

describe('cloudEventLine()', () => {
  it('says of collected data what Azure ML v2 does', () => {
    const head = dataHead({ clientRequestId: 'c-1', modelVersion: '3' });
    expect(eventOf(head, Buffer.from('[[1.5,2]]'), names)).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      source:
        '/subscriptions/sub/resourceGroups/group/providers/Microsoft.MachineLearningServices/workspaces/workspace/onlineEndpoints/endpoint/deployments/blue',
      type: 'azureml.inference.inputs',
      datacontenttype: 'application/json',
      time: '2026-03-04T05:06:07.008Z',
      correlationid: 'r-1',
      xrequestid: 'r-1',
      clientrequestid: 'c-1',
      agent: 'scorehost/0.0.0',
      contentrange: 'bytes 0-8/9',
      modelname: 'digits',
      modelversion: '3',
      collectdatatype: 'Array',
      data: [[1.5, 2]],
    });
  });

  it('has another id each time', () => {
    const ids = Array.from({ length: 10 }, () => eventOf(dataHead(), Buffer.from('1'), names).id);
    expect(new Set(ids).size).toBe(10);
  });

  it('names the values of rows where there are features', () => {
    const head = dataHead({ features: ['a', 'b'] });
    expect(eventOf(head, Buffer.from('[[1,2],[3,4]]'), names).data).toEqual([
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ]);
    expect(eventOf(head, Buffer.from('[[1,2,3]]'), names).data).toEqual([[1, 2, 3]]);
    expect(cloudEventLine(head, Buffer.from('[[9007199254740993,1]]'), names)).toContain(
      '{"a":9007199254740993,"b":1}',
    );
  });

  it('has the type of its collection', () => {
    const type = (collection: string) => eventOf(dataHead({ collection }), Buffer.from('1'), names).type;
    expect(type('model_outputs')).toBe('azureml.inference.outputs');
    expect(type('drift')).toBe('azureml.inference.drift');
    expect(eventOf(payloadHead(), Buffer.from('1'), names).type).toBe('azureml.inference.request');
  });

  it('has method and path of a request, and the headers that are to be captured', () => {
    const headers = { 'x-tenant-id': 'acme', source: 'web' };
    const event = eventOf(payloadHead({ method: 'POST', target: '/score', headers }), Buffer.from('{"a":1}'), names);
    expect(event).toMatchObject({ method: 'POST', path: '/score', xtenantid: 'acme', data: { a: 1 } });
    expect(event.source).toMatch(/^\/subscriptions/);
  });

  it.each([
    ['JSON on several lines', 'application/json', '{\r\n "a": "\\n"\n}', { data: { a: '\n' } }],
    ['JSON of another name', 'application/ld+json; charset=utf-8', '[1]', { data: [1] }],
    ['what is JSON, and says nothing', '', '{"a":1}', { data: { a: 1 }, datacontenttype: 'application/json' }],
    ['text', 'text/plain; charset=utf-8', 'a\n"b"\u2028', { data: 'a\n"b"\u2028' }],
    ['what is no JSON, but says so', 'application/json', '{"a":NaN}', { data_base64: 'eyJhIjpOYU59' }],
    ['no UTF-8', 'application/json', Buffer.from('"\xff"', 'latin1'), { data_base64: 'Iv8i' }],
    ['bytes', 'application/x-npy', Buffer.of(0, 1), { data_base64: 'AAE=', datacontenttype: 'application/x-npy' }],
    [
      'bytes that say nothing',
      '',
      Buffer.of(0, 1),
      { data_base64: 'AAE=', datacontenttype: 'application/octet-stream' },
    ],
  ])('embeds %s', (_, contentType, body, expected) => {
    expect(eventOf(payloadHead({ contentType }), Buffer.from(body as string), names)).toMatchObject(expected);
  });

  it('has no data where there is no body', () => {
    const event = eventOf(
      payloadHead({ contentType: '', method: 'GET', target: '/score?a=1' }),
      Buffer.alloc(0),
      names,
    );
    expect(Object.keys(event)).not.toEqual(expect.arrayContaining(['data']));
    expect(event).not.toHaveProperty('data_base64');
    expect(event).not.toHaveProperty('contentrange');
  });

  it('is one line of valid JSON, whatever the body is', () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
    );
    const type = fc.constantFrom('', 'application/json', 'text/plain', 'image/png');
    fc.assert(
      fc.property(body, type, (bytes, contentType) => void eventOf(payloadHead({ contentType }), bytes, names)),
    );
  });
});
