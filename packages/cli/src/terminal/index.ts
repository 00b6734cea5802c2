/** Talking with the person at the terminal. */
export { askPassphrase, confirm, isInteractive } from './ask.ts';
export { isOutputRead, watchOutput } from './output.ts';
export {
  counted,
  instant,
  print,
  printJson,
  printProblem,
  printTable,
  remark,
  styled,
  styledVerdict,
  write,
} from './print.ts';
export { createProgress } from './progress.ts';
export { visible } from '@writ/core';
export { visibleJson } from './visible.ts';
export { openBrowser } from './open-browser.ts';
