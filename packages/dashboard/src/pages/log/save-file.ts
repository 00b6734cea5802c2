/** A file that was made here, to be kept. */
import type { EvidenceFile } from './evidence-files.ts';

/** By when a file was read that somebody saves, in milliseconds. */
const SAVED_MS = 60_000;

/** Has the browser keep it, as it keeps what is downloaded. */
export function saveFile({ name, type, bytes }: EvidenceFile): void {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Read after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), SAVED_MS);
}
