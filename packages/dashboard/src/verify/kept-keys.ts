/** Keys of logs that somebody brought by themselves, kept in this browser: the server is not asked for them, nor told. */
import { parseVerifierKey, plainSha256 } from '@writ/core/proof';

const PREFIX = 'writ.log-key.';

/** The key that was brought for `origin`. */
export function keptKey(origin: string, storage: Storage = localStorage): string | undefined {
  return storage.getItem(`${PREFIX}${origin}`) ?? undefined;
}

/** Keeps `text` for `origin`, or forgets where it is empty. Answers what is wrong with it, in a sentence. */
export function keepKey(origin: string, text: string, storage: Storage = localStorage): string | undefined {
  const key = text.trim();
  if (key === '') {
    storage.removeItem(`${PREFIX}${origin}`);
    return undefined;
  }
  try {
    const { name } = parseVerifierKey(plainSha256, key);
    if (name !== origin) return `It is the key of ${name.slice(0, 100)}, not of this log.`;
  } catch {
    return 'It is no verifier key: one line, name+keyid+base64.';
  }
  storage.setItem(`${PREFIX}${origin}`, key);
  return undefined;
}
