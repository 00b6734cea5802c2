/** Numbers on the command line. */
import { InvalidArgumentError } from 'commander';

/** A whole number from 0 to 9,999,999. */
export function parseCount(text: string): number {
  if (/^(?:0|[1-9]\d{0,6})$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a number from 0 to 9999999');
}
