/** What `retention:` of writ.yaml says. */
import type { RetentionSettings } from '@writ/core/records';

/** Where bodies of a class are put before they are destroyed. */
export interface ArchiveConfiguration {
  /** Absolute; made where it is missing. */
  readonly folder: string;
  /** File of the key of archives, absolute, of mode 0600; made where it is missing. */
  readonly keyFile: string;
}

/** How long bodies are kept. */
export interface RetentionConfiguration {
  readonly settings: RetentionSettings;
  /** By the class, or `default`. */
  readonly archives: Readonly<Record<string, ArchiveConfiguration>>;
  /** Folder in which bundles are archived before they are pruned, absolute; made where it is missing. Absent: they are pruned without. */
  readonly bundleArchive?: string;
}
