/** What clients of brokers and collectors share. */
export { certificateProblem, chain } from './certificate-problem.ts';
export { connectionFault } from './connection-fault.ts';
export { installed } from './installed.ts';
export { type Answer, createPoster, type Poster } from './post.ts';
export { type ClientMaterial, readClientTls } from './read-client-tls.ts';
export { whileWanted } from './while-wanted.ts';
