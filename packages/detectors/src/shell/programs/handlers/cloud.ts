/** Clients of clouds and object stores: what they copy from here, and to here. */
import { addUnresolvedHost } from '../../hosts/index.ts';
import type { Invocation } from '../invocation.ts';

const COPIES: RegExp =
  /^(?:cp|copy|copyto|mv|move|moveto|sync|rsync|put|get|upload|download|bisync|mirror|file|rcat|cat)$/;
/** A place in a store: `s3://bucket/key`, `remote:bucket/key`. */
const REMOTE: RegExp = /^[a-z0-9_-]+:/i;

export function cloud(inv: Invocation): void {
  if (!inv.has('--endpoint-url', '--endpoint'))
    addUnresolvedHost(inv.engine, 'configured', inv.name, 'https');
  const at = inv.operands.findIndex(({ value }) => COPIES.test(value));
  const places = at === -1 ? [] : inv.operands.slice(at + 1);
  const isMoving = inv.operands[at]?.value.startsWith('m') === true;
  places.forEach((word, index) => {
    if (REMOTE.test(word.value)) return;
    const isTarget = index === places.length - 1 && places.length > 1;
    inv.touch(isTarget ? 'write' : 'read', word, 'below');
    if (isMoving && !isTarget) inv.touch('delete', word, 'below');
  });
  // `--body file`, `--zip-file fileb://file`, `-f file`: each names something that is sent.
  inv.args.forEach(({ value, unresolved }, index) => {
    const file = /^(?:file|fileb):\/\/(.+)$/s.exec(value.replace(/^--?[\w-]+=/, ''))?.[1];
    if (file !== undefined) inv.touch('read', { value: file, unresolved });
    const next = inv.args[index + 1];
    if (
      /^(?:--body|--file|-f|--source|--local-path|--template-file)$/.test(value) &&
      next !== undefined &&
      !/^\w+:\/\//.test(next.value)
    )
      inv.touch('read', next);
  });
}
