/** Writes a manifest, for tools that make a policy set. */
import { stringify } from 'yaml';
import { printLimit } from '../../model/index.ts';
import type { PolicySetManifest } from './manifest.ts';

/** The YAML of `manifest`: parsing it gives the same manifest. */
export function printManifest(manifest: PolicySetManifest): string {
  const { name, version, mode, auditUntil, onError, links, limits, patterns } = manifest;
  return stringify(
    {
      name,
      version,
      ...(mode === undefined ? {} : { mode }),
      ...(auditUntil === undefined ? {} : { audit_until: new Date(auditUntil).toISOString() }),
      ...(onError === 'deny' ? {} : { on_error: onError }),
      ...(links.length === 0 ? {} : { links }),
      ...(limits.length === 0 ? {} : { limits: limits.map(printLimit) }),
      ...(patterns.length === 0 ? {} : { patterns }),
    },
    { aliasDuplicateObjects: false, lineWidth: 0 },
  );
}
