/** Talking with the person at the terminal. */
export { ask, askPassphrase, confirm, isInteractive } from './ask.ts';
export {
  instant,
  print,
  printJson,
  printProblem,
  printTable,
  remark,
  styled,
  styledVerdict,
} from './print.ts';
export { visible, visibleJson } from './visible.ts';
