/** Programs: what their words make them do. */
export { changesOf } from './environment.ts';
export { recordCommand, runProgram } from './start.ts';
export { runStdin } from './run-stdin.ts';
export { STDIN_PATH } from './shell-text.ts';
