/** Receipts as people write them. */
import { Fault } from '@writ/core';
import type { ReadData } from '../../data/index.ts';

/** The index in `origin#index`, or in the index alone. Throws `cli.usage` for what is no receipt of this log. */
export function indexOf(
  receipt: string,
  { keys: { origin }, reader }: Pick<ReadData, 'keys' | 'reader'>,
): number {
  const match = /^(?:(.*)#)?(\d{1,15})$/.exec(receipt);
  const named = match?.[1] ?? '';
  const index = Number(match?.[2] ?? Number.NaN);
  if (index < reader.size() && (named === '' || named === origin)) return index;
  throw new Fault('cli.usage', `\`${receipt}\` is no receipt of this log`, {
    hint: `its receipts are ${origin}#0 to ${origin}#${reader.size() - 1}`,
  });
}
