/** Opens a node: keys, log, policies and guard over one data folder. Any number of processes may do so at once. */
import {
  type Approver,
  type ConfiguredDetector,
  createGuardLine,
  createSelfProtection,
  defaultDetectors,
  type EntryDetail,
  type EntryDraft,
  Fault,
  type Guard,
  LOCAL_TENANT,
  openDataKeys,
  type LogWriter,
  type OpenLog,
  parseSigningKey,
  type ProtectedFiles,
  readKeyFile,
  type SigningKey,
  systemClock,
  systemRandom,
  systemRepeater,
  systemTimers,
  type Timer,
  type Clock,
  type Random,
} from '@writ/core';
import { type Configuration, type DetectorMode, ownFiles, type OwnPlane, suggest } from '../config/index.ts';
import { type DataLogOptions, openDataLog, settleLogPlace } from '../log/index.ts';
import { openTenantKeys, settleKeyPlace } from '../keys/index.ts';
import { faultMemory, followStops } from '../plane/index.ts';
import { startRetention } from '../retention/index.ts';
import { type NodeWitnesses, openNodeWitnesses } from '../witness/index.ts';
import { announceHolds } from './announce-holds.ts';
import { approversHere } from './approvers-here.ts';
import { withAuditEnd } from './audit-end.ts';
import { countedWriter, openPlane, pause, reachPlane, startHeartbeats } from './bundles/index.ts';
import { checkPolicies, createFilePolicy, fileOrigin, type FilePolicy, suppliedBy } from './file-policy.ts';
import { judgeIsolation, readIsolationFacts } from './isolation.ts';
import { withOsUser } from './os-user.ts';
import { withShadow } from './shadow-policy.ts';
import { startCaseAlerts } from './case-alerts.ts';
import { createFilePurposes, readRegister, retentionClasses } from './purposes/index.ts';
import { publishReports } from './sparing-report.ts';
import { startDestinations } from './start-destinations.ts';
import { createStops } from './stops.ts';
import { createToolPins } from './tool-pins.ts';
import type { Report, WritNode } from './types.ts';
import { SOFTWARE_VERSION } from './version.ts';

/** An action may run this long, in milliseconds. */
const PERFORM_MS = 300_000;
/** How often other processes' kills and approvals are looked for while something waits, in milliseconds. */
const POLL_MS = 100;
/** Longest wait at the start for what the control plane stopped meanwhile, in milliseconds; a node does not depend on its answer. */
const FIRST_STOPS_MS = 2_000;
/** Actions under way at once. */
const MAX_CONCURRENT = 1_024;
/** Retention class of what a node records about itself. */
const RETENTION_CLASS = 'log';

/** How to open a node. */
export interface OpenNodeOptions {
  readonly config: Configuration;
  /** Default: the system's. */
  readonly clock?: Clock;
  readonly random?: Random;
  /** Whether keys are made where the data folder has none (default false: `key.missing`). */
  readonly createKeys?: boolean;
  /** Told what an operator should know, one line each (default: standard error). */
  readonly report?: Report;
  /** Stands between the node and its log, to measure it. It must hand every entry on. */
  readonly wrapLog?: (writer: LogWriter) => LogWriter;
  /** Told of each reading of changed policies: whether it is in force. */
  readonly onPolicyChange?: (isInForce: boolean) => void;
  /** How long an action may run, in milliseconds (default {@link PERFORM_MS}), and how many at once (default {@link MAX_CONCURRENT}). */
  readonly performMs?: number;
  readonly maxConcurrent?: number;
  /** Whether the log is sent where the configuration says (default true); a process of moments leaves that to one that stays. */
  readonly sends?: boolean;
  /** A control plane that this node tells and listens to while its own files govern it; not beside `plane` of the configuration. */
  readonly beside?: OwnPlane;
  /** When retention looks whether it is time (default: the system's timer). */
  readonly retentionTimer?: Timer;
  /** When deadlines of cases are looked at (default: the system's timer). */
  readonly caseTimer?: Timer;
}

/**
 * Opens the node of `config`. Policies are checked for syntax first, before anything is made or opened; against tools they are checked by
 * `policy.load`. Throws `policy.*`, `config.*`, `key.*` and `log.*`; nothing is left open then.
 */
export async function openNode(options: OpenNodeOptions): Promise<WritNode> {
  const { clock = systemClock, random = systemRandom } = options;
  const { config, vouchedBy } = withOsUser(withAuditEnd(options.config, clock.now()));
  const report: Report = options.report ?? ((line: string) => process.stderr.write(`writ: ${line}\n`));
  if (config.mode === 'audit' && config.auditUntil !== undefined) {
    report(
      `audit mode: policies only watch until ${new Date(config.auditUntil).toISOString()}, then they bind`,
    );
  }
  if (config.plane === undefined) checkPolicies(config);
  const register =
    config.privacy === undefined ? undefined : readRegister(config.privacy, retentionClasses(config));
  const detectors = await configuredDetectors(config.detectors);
  const signer = openAgentKey(config);
  const { origin: configuredOrigin } = config;
  const keys = openDataKeys(config.data, {
    create: options.createKeys ?? false,
    clock,
    random,
    ...(configuredOrigin === undefined ? {} : { origin: configuredOrigin }),
  });
  const [publishing, witnessing] = [faultMemory(clock), faultMemory(clock)];
  const witnesses =
    config.witnesses === undefined
      ? undefined
      : openNodeWitnesses(config.witnesses, {
          replicate: config.replicate,
          report(line) {
            witnessing.note();
            report(line);
          },
        });
  settleKeyPlace(config.data, config.keys);
  const tenantKeys = await openTenantKeys(
    { data: config.data, node: keys.node },
    { environment: process.env },
  );
  const place = settleLogPlace(config.data, config.log?.postgres);
  const reportPublish = publishReports(report, clock);
  const logOptions: DataLogOptions = {
    publish: config.publish,
    path: config.data,
    origin: keys.origin,
    tenant: LOCAL_TENANT,
    node: keys.node,
    softwareVersion: SOFTWARE_VERSION,
    signingKey: keys.signingKey,
    ...tenantKeys,
    clock,
    random,
    timer: systemRepeater,
    ...(witnesses === undefined ? {} : { witnesses }),
    onPublishFault(fault) {
      publishing.note();
      reportPublish(fault);
    },
  };
  const log = await openDataLog(place, logOptions, { environment: process.env });
  const writer = countedWriter(options.wrapLog?.(log.writer) ?? log.writer);
  const draft = (detail: EntryDetail, rest: Partial<EntryDraft>): EntryDraft => ({
    detail,
    tenant: LOCAL_TENANT,
    time: clock.now(),
    monotonicNs: clock.monotonicNs(),
    retentionClass: RETENTION_CLASS,
    committed: {},
    concerns: [],
    ...rest,
  });
  const parts = { log: writer, state: log.state, draft };
  const { onPolicyChange } = options;
  const governing =
    config.plane === undefined
      ? undefined
      : openPlane({
          plane: config.plane,
          data: config.data,
          state: log.state,
          clock,
          random,
          report,
          supplied: suppliedBy(config),
        });
  const told = config.plane ?? options.beside;
  const plane = governing ?? (told === undefined ? undefined : reachPlane(told, { clock, random, report }));
  const followed = createFilePolicy({
    ...parts,
    origin: governing?.origin ?? fileOrigin(config, approversHere(config, options.beside, signer)),
    report,
    ...(onPolicyChange === undefined ? {} : { onChange: onPolicyChange }),
  });
  const purposes = createFilePurposes(config, register, {
    log: writer,
    state: log.state,
    tenant: LOCAL_TENANT,
    clock,
    report,
  });
  const policy = withShadow(followed, { config, report });
  const line = createGuardLine({
    log: writer,
    state: log.state,
    policy,
    clock,
    random,
    tenant: LOCAL_TENANT,
    node: keys.node,
    agent: agentIdentity(config),
    ...(config.person === undefined ? {} : { person: config.person }),
    ...(vouchedBy === undefined ? {} : { vouchedBy }),
    ...(signer === undefined ? {} : { signer }),
    detectors,
    approvers: config.approvals.approvers,
    ...(purposes === undefined ? {} : { purposes }),
    unwitnessedSeconds: () => log.unwitnessedSeconds?.(),
    isolation: judgeIsolation(readIsolationFacts(config.data)),
    timings: {
      holdMs: config.approvals.holdMs,
      approvalTimeoutMs: config.approvals.timeoutMs,
      performMs: options.performMs ?? PERFORM_MS,
      pollMs: POLL_MS,
    },
    selfProtection: createSelfProtection(protectedFiles(config)),
    maxConcurrent: options.maxConcurrent ?? MAX_CONCURRENT,
  });
  const guard = announceHolds(line, report);
  const close = closing(guard, [policy, ...(purposes === undefined ? [] : [purposes])], log, witnesses);
  await purposes?.start().catch(async (fault: unknown) => {
    await close();
    throw fault;
  });
  const following = options.sends === false ? undefined : governing?.follow(() => policy.reload());
  const stopping =
    options.sends === false || plane === undefined
      ? undefined
      : followStops({
          client: plane.client,
          place: {
            state: log.state,
            reader: log.reader,
            append: (detail, rest) => writer.append(draft(detail, rest)),
          },
          report,
          pause,
        });
  // INVARIANT: what was stopped while no process ran is stopped before the first call, where the control plane can be asked.
  await firstOf(stopping?.asked);
  const approvers = (): readonly Approver[] => policy.approvers() ?? [];
  const answering =
    options.sends === false
      ? undefined
      : plane?.followApprovals({
          log: writer,
          state: log.state,
          reader: log.reader,
          node: keys.node,
          tenant: LOCAL_TENANT,
          approvers,
        });
  const disclosing =
    options.sends === false ? undefined : plane?.disclose({ reader: log.reader, state: log.state });
  const sending = options.sends === false ? undefined : startDestinations(config, { ...parts, report });
  const endAlerts = startCaseAlerts({ ...parts, clock, report, timer: options.caseTimer ?? systemRepeater });
  const { state, reader, bundles } = log;
  const retention = startRetention({
    config,
    log: { state, reader, writer, bundles, publish: () => log.publish() },
    clock,
    random,
    report,
    ...(options.retentionTimer === undefined ? {} : { timer: options.retentionTimer }),
  });
  const beating =
    options.sends === false || told === undefined || plane === undefined
      ? undefined
      : startHeartbeats({
          plane: told,
          client: plane.client,
          writer,
          state: log.state,
          reader: log.reader,
          policy: () => policy.current(),
          troubles: {
            publishing,
            witnessing,
            unwitnessedSeconds: () => log.unwitnessedSeconds?.(),
            retention: () => retention.standing(),
            destinations: () => sending?.states() ?? new Map(),
          },
          clock,
          report,
        });
  return {
    config,
    clock,
    random,
    tenant: LOCAL_TENANT,
    id: keys.node,
    log: writer,
    state: log.state,
    reader: log.reader,
    policy,
    approvers,
    ...(plane === undefined ? {} : { plane: plane.client }),
    guard,
    pins: createToolPins({
      ...parts,
      detectors: detectors.map(({ detector }) => detector),
      ...(config.servers.length === 0 ? {} : { servers: config.servers.map(({ name }) => name) }),
    }),
    stops: createStops({ state: log.state, timers: systemTimers, agent: agentIdentity(config) }),
    ...(sending === undefined ? {} : { destinations: () => sending.states() }),
    retention: () => ({ standing: retention.standing(), destroyed: retention.destroyed() }),
    async close() {
      // First: they may be about to say something in the log.
      await Promise.all([
        following?.close(),
        stopping?.close(),
        answering?.close(),
        beating?.close(),
        disclosing?.close(),
      ]);
      plane?.client.close();
      await endAlerts();
      await retention.close();
      await sending?.close();
      await close();
    },
  };
}

/** Resolves with `asked`, or after {@link FIRST_STOPS_MS}. */
async function firstOf(asked: Promise<void> | undefined): Promise<void> {
  if (asked === undefined) return;
  const late = new AbortController();
  await Promise.race([asked, pause(FIRST_STOPS_MS, late.signal)]);
  late.abort();
}

/** The node's own files, those that its hooks stand in, and the folders that servers' relative paths start from. */
function protectedFiles(config: Configuration): ProtectedFiles {
  const { secret, settled, hooks } = ownFiles(config);
  return {
    paths: [...secret, ...settled, ...hooks],
    bases: [
      config.folder,
      process.cwd(),
      ...config.servers.flatMap((server) => ('cwd' in server ? [server.cwd] : [])),
    ],
  };
}

function closing(
  guard: Guard,
  followed: readonly Pick<FilePolicy, 'close'>[],
  log: OpenLog,
  witnesses: NodeWitnesses | undefined,
): () => Promise<void> {
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    for (const one of followed) one.close();
    try {
      await guard.close();
    } finally {
      await log.close();
      witnesses?.close();
    }
  };
  return () => (closed ??= close());
}

/** All detectors in `block` mode, but for what the configuration says. Throws `config.invalid` for an id that no detector has. */
async function configuredDetectors(
  modes: Readonly<Record<string, DetectorMode>>,
): Promise<readonly ConfiguredDetector[]> {
  // Numbering plans are large, and most commands open no node.
  const { phoneDetector } = await import('@writ/detectors');
  const detectors = [...defaultDetectors(), phoneDetector];
  const known = detectors.map(({ id }) => id);
  for (const id of Object.keys(modes)) {
    if (known.includes(id)) continue;
    const hint = suggest(id, known);
    throw new Fault('config.invalid', `no detector \`${id}\` exists in \`detectors.${id}\``, {
      path: `detectors.${id}`,
      hint,
    });
  }
  return detectors.flatMap((detector) => {
    const mode = modes[detector.id] ?? 'block';
    return mode === 'off' ? [] : [{ detector, mode }];
  });
}

/** The key that signs the agent's actions, where it has one. Throws `key.*`, and `config.invalid` where it could approve. */
function openAgentKey(config: Configuration): SigningKey | undefined {
  const { keyFile } = config.agent;
  if (keyFile === undefined) return undefined;
  const key = parseSigningKey(readKeyFile(keyFile));
  const approver = config.approvals.approvers.find(({ keyId }) => keyId === key.keyId);
  if (approver === undefined) return key;
  const hint = 'give the approver a key of their own; the agent could approve itself';
  throw new Fault('config.invalid', `the agent’s key is that of the approver \`${approver.id}\``, {
    path: 'agent.key',
    hint,
  });
}

function agentIdentity({ agent }: Configuration): WritNode['config']['agent'] {
  const { keyFile: _keyFile, ...identity } = agent;
  return identity;
}
