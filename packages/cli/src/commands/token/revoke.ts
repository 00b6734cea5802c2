/** `writ token revoke`. */
import { text as readAll } from 'node:stream/consumers';
import { Fault, systemClock } from '@writ/core';
import { isTokenText, TokenFolder, tokenHash, tokenId } from '@writ/gateway';
import { locate, type LocateOptions, writeData } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { print, printJson } from '../../terminal/index.ts';

/** Ends a token. Ended first and recorded then: a log that cannot be written keeps nobody from ending it. */
export async function revoke(given: string, options: LocateOptions): Promise<number> {
  const located = locate(options);
  const tokens = new TokenFolder(located.data);
  const id = given === '-' ? await idFromInput() : given;
  const token = tokens.find(id);
  if (token === undefined) {
    const hint = '`writ token list` shows the ids; `-` reads the token itself from standard input';
    throw new Fault('key.missing', 'no such token is kept here', { hint });
  }
  tokens.revoke(token, systemClock.now());
  const result = await writeData(located, ({ append }) =>
    append(
      { kind: 'token', token: { action: 'revoke', id } },
      { committed: { agent: token.agent.id }, concerns: token.person === undefined ? [] : [token.person.id] },
    ),
  );
  if (result.status === 'refused') throw new Fault('log.conflict', `the log refused it (${result.refusal})`);
  if (options.json === true) printJson({ revoked: id, receipt: result.receipt });
  else print(`revoked ${id}, receipt ${result.receipt}`);
  return EXIT_OK;
}

/** A token does not belong in an argument, which every user of the machine can read. */
async function idFromInput(): Promise<string> {
  const text = (await readAll(process.stdin)).trim();
  if (isTokenText(text)) return tokenId(tokenHash(text));
  throw new Fault('cli.usage', 'what came on standard input is no API token', {
    hint: 'give it alone on one line',
  });
}
