// A collector in this process: it takes requests over HTTP, and reads them once it is asked how many records they are, with the classes that OpenTelemetry's SDK generated.
import { createServer } from 'node:http';
import type { OtlpSignal } from '@writ/stream';
import { itemsOf } from '../../packages/stream/test/destinations/otlp/collector.ts';
import { closed, listening } from './plain-sinks.ts';
import type { Sink } from './sink.ts';

/** Takes everything. An answer without a body says that all of it was taken. */
export async function otlpSink(signals: readonly OtlpSignal[]): Promise<Sink> {
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.once('end', () => {
      if (request.url === '/v1/logs') bodies.push(Buffer.concat(chunks));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  const port = await listening(server);
  return {
    target: { type: 'otlp', url: `http://127.0.0.1:${port}`, signals, headers: [] },
    arrived: () =>
      Promise.resolve(
        bodies
          .map((body) => itemsOf('logs', 'ExportLogsServiceRequest', body).length)
          .reduce((sum, count) => sum + count, 0),
      ),
    close: () => closed(server),
  };
}
