/** Takes the data of server-sent events out of the text of a stream, in whatever pieces that comes. */
export class EventReader {
  #rest = '';

  /** @returns the data of the events that this piece completes. */
  read(piece: string): string[] {
    const events = (this.#rest + piece).split('\n\n');
    this.#rest = events.pop() as string;
    return events.map(dataOf).filter((data) => data !== '');
  }
}

function dataOf(event: string): string {
  const lines = event.split('\n').filter((line) => line.startsWith('data:'));
  return lines.map((line) => line.slice('data:'.length).trimStart()).join('\n');
}
