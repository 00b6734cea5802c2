/** Every version of the objects of a bucket, in the order of their names. */
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { ObjectVersion } from '@writ/core';
import type { S3Calls } from './calls.ts';

/** Which objects. */
export interface VersionsAsked {
  readonly bucket: string;
  /** What the names in the bucket begin with and the names answered do not. */
  readonly prefix: string;
  readonly start: string;
  readonly after?: string;
}

/** Reads page after page. Some servers begin with the name that they were told to begin behind: it is left out here. */
export async function* listVersions(
  calls: S3Calls,
  { bucket: Bucket, prefix, start, after = '' }: VersionsAsked,
): AsyncIterable<ObjectVersion> {
  let marker: { KeyMarker?: string; VersionIdMarker?: string } =
    after === '' ? {} : { KeyMarker: `${prefix}${after}` };
  for (;;) {
    const asked = { Bucket, Prefix: `${prefix}${start}`, ...marker };
    const page = await calls.send('list its objects', (abortSignal, client) =>
      client.send(new ListObjectVersionsCommand(asked), { abortSignal }),
    );
    for (const { Key = '', VersionId, ETag, Size, IsLatest } of page.Versions ?? []) {
      const name = Key.slice(prefix.length);
      if (name > after)
        yield {
          name,
          version: VersionId ?? 'null',
          tag: ETag ?? '',
          length: Size ?? 0,
          isLatest: IsLatest ?? true,
        };
    }
    if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return;
    marker = {
      KeyMarker: page.NextKeyMarker,
      ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
    };
  }
}
