/** Entry point of @writ/cli: the command as a function, for programs that bring their own process. */
export { runProgram } from './program.ts';
export {
  EXIT_BAD_INPUT,
  EXIT_INTERNAL,
  EXIT_IO,
  EXIT_NEGATIVE,
  EXIT_NO_NODE,
  EXIT_OK,
} from './exit-codes.ts';
