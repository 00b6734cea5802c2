/** What Prometheus reads of a server. Labels are of closed lists: routes, not paths. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Route } from '../api/index.ts';
import type { Plane } from '../plane.ts';

/** Bounds of durations, in seconds. */
const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The metrics of one server. */
export interface ServerMetrics {
  /** Handles requests as `fetch` does, and counts them. */
  readonly counted: (
    fetch: (request: Request) => Promise<Response>,
  ) => (request: Request) => Promise<Response>;
  taskEnded(name: string, isGood: boolean): void;
  faulted(): void;
  /** In the text format. */
  read(): Promise<string>;
  readonly contentType: string;
}

/** What a reading looks at. */
export interface Measured {
  readonly plane: Plane;
  readonly routes: readonly Route[];
  readonly version: string;
  readonly isDraining: () => boolean;
}

/** Metrics of the server of `plane`. */
export function createServerMetrics({ plane, routes, version, isDraining }: Measured): ServerMetrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('writ_server_ready', 'Whether requests may be sent here.', () => (isDraining() ? 0 : 1));
  gauge('writ_server_log_entries', 'Entries of the log.', () => plane.log.reader.size());
  new Gauge({ name: 'writ_server_info', help: 'The software.', labelNames: ['version'], registers }).set(
    { version },
    1,
  );
  const underWay = new Gauge({
    name: 'writ_server_requests_under_way',
    help: 'Requests that are being answered.',
    registers,
  });
  const seconds = new Histogram({
    name: 'writ_server_request_seconds',
    help: 'Until a request was answered, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers,
  });
  const faults = new Counter({
    name: 'writ_server_faults_total',
    help: 'Requests that failed on our side.',
    registers,
  });
  const tasks = new Counter({
    name: 'writ_server_tasks_total',
    help: 'What the server did by itself.',
    labelNames: ['task', 'result'],
    registers,
  });
  const routeOf = matcher(routes);
  return {
    counted: (fetch) => async (request) => {
      const end = seconds.startTimer();
      underWay.inc();
      let status = 500;
      try {
        const response = await fetch(request);
        ({ status } = response);
        return response;
      } finally {
        underWay.dec();
        const route = routeOf(request.method, new URL(request.url).pathname);
        end({
          method: route === undefined ? 'other' : request.method,
          route: route ?? 'other',
          status: String(status),
        });
      }
    },
    taskEnded: (task, isGood) => tasks.inc({ task, result: isGood ? 'good' : 'failed' }),
    faulted: () => faults.inc(),
    read: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** The route that a path is of, as it is written; whatever is none has no label of its own. */
function matcher(routes: readonly Route[]): (method: string, path: string) => string | undefined {
  const patterns = routes.map(({ method, path }) => ({
    method: method.toUpperCase(),
    path,
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[a-zA-Z]+\}/g, '[^/]+')}$`),
  }));
  return (method, path) => patterns.find((one) => one.method === method && one.pattern.test(path))?.path;
}
