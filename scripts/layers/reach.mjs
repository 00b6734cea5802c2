// What each entry point may reach: built-in modules and packages, each with a why. reach.test.mjs fails on anything else.
// Reached means by code: type imports vanish, and the files that workers are started from count.

/** Packages that only tests and examples use are not here: no entry point reaches them. */
const ZOD = { zod: 'parses data at the edge into typed values' };

const CORE = {
  ...ZOD,
  yaml: 'policy packs and configuration',
  'node:crypto': 'hashes, signatures and authenticated encryption',
  'node:events': 'waiting for streams and workers',
  'node:fs': 'keys, tiles and configuration on disk',
  'node:fs/promises': 'tiles and checkpoints on disk',
  'node:module': 'loading the policy engine at its first use',
  'node:path': 'where those files are',
  'node:sqlite': 'the log and the state of a node',
  'node:url': 'where the file of a worker is',
  'node:worker_threads': 'group commit and detectors that can be ended',
};

const SANDBOX = {
  ...CORE,
  'node:child_process': 'what confines commands is started',
  'node:os': 'where temporary files and the home of the caller are',
  'node:timers/promises': 'waiting for the last of a sandbox to end',
};

const DETECTORS = {
  ...CORE,
  'libphonenumber-js': 'which runs of digits are telephone numbers',
  unbash: 'the syntax tree of shell texts',
};

const POSTGRES = {
  ...CORE,
  pg: 'the protocol of PostgreSQL',
};

const S3 = {
  ...CORE,
  '@aws-sdk/client-s3': 'the protocol of S3',
  'node:stream': 'objects that are not read to their end',
};

const KMS = {
  ...CORE,
  '@aws-sdk/client-kms': 'the protocol of AWS KMS',
  'node:http': 'key services on the loopback interface',
  'node:https': 'key services',
};

/** Configuration, node and log: what a command needs that serves nothing. */
/** Clients of destinations: each is loaded by the thread that sends, where a configuration names such a destination and it is installed. */
const SENDING = {
  '@nats-io/jetstream': 'sending to NATS JetStream',
  '@nats-io/transport-node': 'sending to NATS JetStream',
  '@opentelemetry/otlp-transformer': 'sending to a collector of OpenTelemetry',
  '@opentelemetry/resources': 'sending to a collector of OpenTelemetry',
  '@platformatic/kafka': 'sending to Kafka',
};

const STREAM = {
  ...CORE,
  ...SENDING,
  'node:http': 'webhooks on the loopback interface',
  'node:https': 'webhooks',
  'node:net': 'syslog',
  'node:os': 'the name of the machine, for syslog',
  'node:tls': 'syslog over TLS, and certificates of NATS',
};

const NODE = {
  ...SENDING,
  ...SANDBOX,
  'libphonenumber-js': 'which runs of digits are telephone numbers, loaded where a node is opened',
  '@aws-sdk/client-kms': 'keys wrapped by AWS KMS, loaded where a configuration asks for it',
  '@aws-sdk/client-s3': 'publishing to a bucket, loaded where a configuration asks for it',
  jose: 'signatures of access tokens, loaded where the first comes',
  pg: 'the log in PostgreSQL, loaded where a configuration asks for it',
  'node:http': 'MCP over Streamable HTTP, hooks of coding agents, and witnesses',
  'node:https': 'MCP servers and witnesses behind TLS',
  'node:net': 'the socket hooks speak to',
  'node:os': 'where the socket and the data of a user are, and who that user is',
  'node:stream': 'messages over stdio, and uploads to mirrors',
  'node:tls': 'certificates of the gateway and of its clients',
  'node:util': 'compression as a promise',
  'node:zlib': 'entries go to mirrors compressed',
  'node:timers/promises': 'waiting for the last of a sandbox to end',
};

const SERVING = {
  ...NODE,
  'node:dns': 'where the names of MCP servers lead, and of hosts that agents reach',
  'node:dns/promises': 'the same, asked of servers that a configuration names',
};

const MCP = {
  ...SERVING,
  'eventsource-parser': 'event streams of MCP servers',
  oauth4webapi: 'tokens for MCP servers',
  undici: 'connections to MCP servers, and where they lead',
};

const SERVE = {
  ...MCP,
  'prom-client': 'metrics of a gateway that runs',
  'node:perf_hooks': 'how late the event loop is',
};

const HOOK = {
  ...SERVING,
  unbash: 'the syntax tree of shell texts, loaded where a daemon runs',
};

const SERVER = {
  ...SERVING,
  ...ZOD,
  '@hono/node-server': 'HTTP of Node as requests and responses of the platform',
  '@simplewebauthn/server': 'passkeys',
  hono: 'which route a request is for',
  kysely: 'SQL for SQLite and PostgreSQL',
  nodemailer: 'mail to whoever is to be told',
  'openid-client': 'identity providers that people sign in with',
  'prom-client': 'metrics of a server that runs',
  standardwebhooks: 'signatures of webhooks',
};

const CLI = {
  ...SERVE,
  ...HOOK,
  ...SERVER,
  '@aws-sdk/client-s3': 'fetching from a bucket, where `@writ/s3` is installed',
  commander: 'the command line',
  'node:process': 'arguments, streams and signals',
  'node:readline': 'asking on a terminal',
  'node:readline/promises': 'asking on a terminal',
  'node:stream/consumers': 'a token on standard input',
  'node:timers/promises': 'following a log',
  'node:tty': 'whether there is a terminal',
  'node:util': 'styled text',
};

/** Entry point, as `package.json` names it → what it may reach. An entry point that is not here fails the test. */
export const MAY_REACH = {
  '@writ/core': CORE,
  '@writ/core/postgres': CORE,
  '@writ/core/proof': {},
  '@writ/core/records': CORE,
  '@writ/core/sandbox': SANDBOX,
  '@writ/core/testing': { ...CORE, 'node:assert/strict': 'what contract suites assert with' },
  '@writ/detectors': DETECTORS,
  '@writ/detectors/shell': DETECTORS,
  '@writ/postgres': POSTGRES,
  '@writ/export': CORE,
  '@writ/kms': KMS,
  '@writ/s3': S3,
  '@writ/stream': STREAM,
  '@writ/stream/settings': {},
  '@writ/gateway': NODE,
  '@writ/gateway/authz': SERVING,
  '@writ/gateway/egress': SERVING,
  '@writ/gateway/export': NODE,
  '@writ/gateway/hook': HOOK,
  '@writ/gateway/sandbox': { ...NODE, unbash: 'the syntax tree of shell texts' },
  '@writ/gateway/mcp': MCP,
  '@writ/gateway/network': { ...CORE, 'node:net': 'whether a text is an address' },
  '@writ/gateway/plane': NODE,
  '@writ/gateway/serve': SERVE,
  '@writ/server': SERVER,
  '@writ/cli': CLI,
  'writ (command)': CLI,
};
