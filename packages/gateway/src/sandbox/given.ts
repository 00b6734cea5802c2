/** What a sandbox is asked to be given, as arguments that are judged, and back. */
import { realpathSync } from 'node:fs';
import { Fault, isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import type { SandboxRequest } from '@writ/core/sandbox';
import type { GovernedSandboxRequest } from './types.ts';

/** The arguments of making it. Paths are where links lead, so that no policy is told another name of the same place. */
export function argumentsOf({
  profile,
  folder,
  write,
  read,
  environment,
  egress,
}: GovernedSandboxRequest): JsonObject {
  return {
    profile: profile.name,
    folder: real(folder),
    write: write.map(real),
    read: read.map(real),
    environment: { ...environment },
    ...(egress === undefined || profile.network === 'none' ? {} : { egress: egress.socketPath }),
  };
}

/** What `sandbox/create` declares: values of variables are nothing for policies. */
export function givenDetails({ folder, write, read, environment, egress }: JsonObject): JsonObject {
  return {
    folder: folder ?? '',
    write: write ?? [],
    read: read ?? [],
    environment: Object.keys(environment !== undefined && isJsonObject(environment) ? environment : {}),
    ...(egress === undefined ? {} : { egress }),
  };
}

/** What was judged. Throws `sandbox.folder` for a place that leads elsewhere by now. */
export function judgedRequest(args: JsonObject): Omit<SandboxRequest, 'id' | 'profile' | 'protect'> {
  const { folder, egress } = args;
  const environment = args['environment'];
  const texts = (value: JsonValue | undefined): readonly string[] =>
    Array.isArray(value) ? value.map((one) => unmoved(String(one))) : [];
  return {
    folder: unmoved(typeof folder === 'string' ? folder : ''),
    write: texts(args['write']),
    read: texts(args['read']),
    environment: Object.fromEntries(
      Object.entries(environment !== undefined && isJsonObject(environment) ? environment : {}).map(
        ([name, value]) => [name, typeof value === 'string' ? value : ''],
      ),
    ),
    ...(typeof egress === 'string' ? { egress: { socketPath: egress } } : {}),
  };
}

function unmoved(path: string): string {
  if (real(path) === path) return path;
  throw new Fault('sandbox.folder', `\`${path}\` leads elsewhere than when it was judged`, { path });
}

/** Where `path` leads; itself where there is nothing, which the driver says. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
