/** Reading placed values as counts and sizes; each throws `config.invalid` with the place and what was expected. */
import { invalid } from '../place.ts';
import type { PlacedValue } from '../read-yaml.ts';

const SIZE = /^(\d{1,9})(B|KiB|MiB)$/;
const BYTES_PER_UNIT: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 * 1024 };

/** `value` as a whole number from `least` to `most`. */
export function readCount(value: PlacedValue, least: number, most: number): number {
  const number = value.kind === 'scalar' ? value.value : undefined;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= least && number <= most)
    return number;
  throw invalid(value.place, 'a count is expected', `a whole number from ${least} to ${most}`);
}

/** `value` as a size (`4MiB`, `512KiB`, `100B`) in bytes, from `least` to `most`. */
export function readSize(value: PlacedValue, least: number, most: number): number {
  const text = value.kind === 'scalar' && typeof value.value === 'string' ? value.value : '';
  const [, digits = '', unit = ''] = SIZE.exec(text) ?? [];
  const bytes = digits === '' ? Number.NaN : Number(digits) * (BYTES_PER_UNIT[unit] ?? 1);
  if (bytes >= least && bytes <= most) return bytes;
  const bounds = `such as \`4MiB\`, from ${formatSize(least)} to ${formatSize(most)}`;
  throw invalid(value.place, 'a size is expected', bounds);
}

/** A size as a configuration writes it. */
function formatSize(bytes: number): string {
  for (const unit of ['MiB', 'KiB']) {
    const size = BYTES_PER_UNIT[unit] ?? 1;
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}B`;
}
