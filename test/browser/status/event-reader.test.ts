import { describe, expect, it } from 'vitest';
import { EventReader } from '../../../src/browser/status/event-reader.js';

describe('EventReader', () => {
  it('gives the data of each event', () => {
    expect(new EventReader().read('data: {"a":1}\n\ndata: {"b":2}\n\n')).toEqual(['{"a":1}', '{"b":2}']);
  });

  it('gives the same, wherever the text is cut', () => {
    const text = 'data: first\n\ndata:second\n\n: a comment\n\nevent: x\ndata: third\ndata: line\n\n';
    for (let at = 0; at <= text.length; at++) {
      const reader = new EventReader();
      const found = [...reader.read(text.slice(0, at)), ...reader.read(text.slice(at))];
      expect(found, String(at)).toEqual(['first', 'second', 'third\nline']);
    }
  });

  it('keeps what is not complete', () => expect(new EventReader().read('data: {"a":')).toEqual([]));
});
