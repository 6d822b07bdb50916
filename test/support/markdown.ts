/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

const FENCE = /^```(\w+)\n(.*?)^```$/gms;

export function blocksOf(page: string): Block[] {
  return [...page.matchAll(FENCE)].map(([, language = '', text = '']) => ({ language, text }));
}

/** Calls that a block of a shell makes by curl, and the block behind it: what they answer. */
export interface Calls {
  readonly curls: readonly string[];
  readonly answer: Block;
}

/** Each block of a shell that calls the host. A command may go on behind a backslash at the end of its line. */
export function callsOf(blocks: readonly Block[]): Calls[] {
  return blocks.flatMap(({ language, text }, i) => {
    const lines = language === 'sh' ? text.replaceAll('\\\n', ' ').split('\n') : [];
    const curls = lines.filter((line) => line.startsWith('curl '));
    return curls.length === 0 ? [] : [{ curls, answer: blocks[i + 1] as Block }];
  });
}
