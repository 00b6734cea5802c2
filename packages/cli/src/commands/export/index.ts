/** `writ export`: the log on its way to the tools that people watch. */
export { addExport } from './command.ts';
