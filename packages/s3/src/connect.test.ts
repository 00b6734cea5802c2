/** Which server a client speaks to. */
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { expect, test, vi } from 'vitest';
import { connect } from './connect.ts';

const CREDENTIALS = { accessKeyId: 'id', secretAccessKey: 'secret' };

/** The host of a request that is caught before it leaves. */
async function hostOf(options: { readonly endpoint?: string }): Promise<string> {
  const client = connect({ credentials: CREDENTIALS, attempts: 1, ...options });
  let host = '';
  client.middlewareStack.add(
    () => (sent) => {
      host = (sent.request as { hostname: string }).hostname;
      return Promise.reject(new Error('not sent'));
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await expect(client.send(new HeadBucketCommand({ Bucket: 'audit-log' }))).rejects.toThrow('not sent');
  client.destroy();
  return host;
}

test('the environment names no other server than the one that is configured', async () => {
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3'])
    vi.stubEnv(name, 'http://elsewhere.example');
  try {
    expect(await hostOf({})).toBe('audit-log.s3.us-east-1.amazonaws.com');
    expect(await hostOf({ endpoint: 'https://store.example' })).toBe('store.example');
  } finally {
    vi.unstubAllEnvs();
  }
});
