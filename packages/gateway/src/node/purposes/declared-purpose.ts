/** What an action is for, as the configuration says it: callers claim, and configuration believes or does not. */
import { ownProperty, type Part } from '@writ/core';
import type { PrivacyConfiguration } from '../../config/index.ts';

/** The purpose of an action of `parts`: a claim that may be made, else what is said of its tool, its server, or of everything. */
export function declaredPurpose(
  { purpose, servers, tools, claims }: PrivacyConfiguration,
  { parts, claimed }: { readonly parts: readonly Part[]; readonly claimed?: string },
): string | undefined {
  if (claimed !== undefined && claims.includes(claimed)) return claimed;
  // Of several parts the first is what is called; what else it touches is touched for the same.
  const resource = parts[0]?.resource;
  if (resource === undefined) return purpose;
  const slash = resource.id.indexOf('/');
  const isNamed = resource.type === 'tool' || resource.type === 'prompt';
  const ofId = isNamed && slash > 0 ? resource.id.slice(0, slash) : resource.id;
  const server = resource.server ?? (isNamed || resource.type === 'server' ? ofId : undefined);
  const ofTool = resource.type === 'tool' ? ownProperty(tools, resource.id) : undefined;
  const ofServer = server === undefined ? undefined : ownProperty(servers, server);
  return [ofTool, ofServer, purpose].find((one) => typeof one === 'string');
}
