const { SECONDS = '2', ROUNDS = '3', CASES = 'a,b,c,d,e', CONNECTIONS = '1,16,32,128' } = process.env;

/** Of load on each server in each round. */
export const sliceSeconds = Number(SECONDS);
export const rounds = Number(ROUNDS);
export const caseKeys = CASES.split(',');
export const connectionCounts = CONNECTIONS.split(',').map(Number);
