/** Arrow IPC streams: read by hand, since the library trusts every length that it meets, and written by the library. */
export { arrowToTensor, readArrow } from './arrow/read.js';
export { tensorToArrow, writeArrow } from './arrow/write.js';
