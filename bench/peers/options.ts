import { availableParallelism } from 'node:os';

const { SECONDS = '2', ROUNDS = '3', PEERS = '', MODELS = 'diabetes,dense-784' } = process.env;

/** Of load on each server in each round. */
export const sliceSeconds = Number(SECONDS);
export const rounds = Number(ROUNDS);
/** All, where none is named. */
export const peerNames = PEERS.split(',').filter(Boolean);
export const models = MODELS.split(',');
/** One, and as many as there are cores. */
export const processCounts = [...new Set([1, availableParallelism()])];
