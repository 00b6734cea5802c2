/** The key that a person approves with at control planes: in their configuration folder, sealed under a passphrase. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  approverPublicKey,
  createApproverKey,
  Fault,
  openApproverKey,
  parseApproverKey,
  possessionText,
  readKeyFile,
  systemRandom,
  toBase64,
  utf8,
  writeKeyFile,
} from '@writ/core';
import { APPROVER_KEY_FILE } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { atPlane, type ChosenFlags, objectIn, planesFile, textIn } from '../../plane/index.ts';
import { askPassphrase, print, printJson, remark, visible } from '../../terminal/index.ts';

/** `named`, else `approver.key` beside what `writ login` keeps. */
export function ownKeyFile(named: string | undefined): string {
  return named === undefined ? join(dirname(planesFile(process.env)), APPROVER_KEY_FILE) : resolve(named);
}

interface RegisterOptions extends ChosenFlags {
  readonly key?: string;
  readonly passphraseFile?: string;
  readonly json?: boolean;
}

/** Shows the control plane that the key is yours; makes one where none is. */
export function registerKey(options: RegisterOptions): Promise<number> {
  if (options.plane === undefined)
    throw new Fault('cli.usage', 'a key is registered at a control plane', {
      hint: 'say `--plane`; at a node approvers are named in its configuration',
    });
  const file = ownKeyFile(options.key);
  return atPlane(options, async (plane) => {
    const me = objectIn((await plane.ask({ method: 'GET', path: '/v1/me' })).body);
    const [person, organisation] = [textIn(me, 'id'), textIn(objectIn(me['organisation']), 'id')];
    const isNew = !existsSync(file);
    const passphrase = await askPassphrase('passphrase of your approver key', options.passphraseFile);
    if (isNew) {
      if (options.passphraseFile === undefined && (await askPassphrase('the same again')) !== passphrase)
        throw new Fault('key.passphrase', 'the two passphrases differ');
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeKeyFile(file, (await createApproverKey(person, passphrase, systemRandom)).text);
    }
    const text = readKeyFile(file);
    const own = approverPublicKey(text);
    const { keyId } = parseApproverKey(own);
    const key = await openApproverKey(text, passphrase);
    const proof = key.sign(utf8(possessionText({ url: plane.url, organisation, person, keyId })));
    await plane.ask({
      method: 'POST',
      path: '/v1/approver-keys',
      body: { key: own, signature: toBase64(proof) },
    });
    if (options.json === true) printJson({ plane: plane.url, file, key: own, keyId, made: isNew });
    else {
      print(own);
      remark(`registered at ${visible(plane.url)}${isNew ? `; the key is in ${visible(file)}` : ''}`);
      remark('nodes believe it once a signed bundle names it: whoever signs bundles needs the line above');
    }
    return EXIT_OK;
  });
}
