/** `keys:` as it is written, with absolute paths: what the data folder keeps for commands that see no configuration. */
import type { JsonObject, JsonValue } from '@writ/core';
import type { KeyEncryptionSource, KeysConfiguration } from './types.ts';

/** What `parseKeys` reads back. */
export function printKeys({ encryption, former }: KeysConfiguration): JsonObject {
  return { encryption: printSource(encryption), former: former.map(printSource) };
}

function printSource(source: KeyEncryptionSource): JsonValue {
  switch (source.kind) {
    case 'folder':
      return 'folder';
    case 'file':
      return { file: source.file };
    case 'env':
      return { env: source.env };
    case 'awsKms': {
      const { kind: _kind, ...rest } = source;
      return { awsKms: rest };
    }
    case 'transit': {
      const { kind: _kind, token, ...rest } = source;
      return {
        transit: { ...rest, ...('file' in token ? { tokenFile: token.file } : { tokenEnv: token.env }) },
      };
    }
    default:
      return source satisfies never;
  }
}

/** Files with secrets that it names, absolute: no tool of an agent may reach them. */
export function keyFiles({ encryption, former }: KeysConfiguration): readonly string[] {
  return [encryption, ...former].flatMap((source) => {
    if (source.kind === 'file') return [source.file];
    if (source.kind === 'awsKms') return source.credentials === 'env' ? [] : [source.credentials.file];
    return source.kind === 'transit' && 'file' in source.token ? [source.token.file] : [];
  });
}
