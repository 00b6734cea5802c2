/** What a fault of NATS means to who sends. Nothing of its text is passed on: it can hold what somebody else wrote. */
import { Fault, isFault } from '@writ/core';
import { certificateProblem, chain } from '../../clients/index.ts';
import type { NatsSettings } from './settings.ts';

/** Codes of JetStream (`err_code`), as its server's list of errors has them. */
const TOO_LARGE = 10_054;
const OTHER_STREAM = 10_060;
const NOT_ENABLED = [10_039, 10_076];

/** Refusals of who we are, by the names of the library. */
const REFUSED = ['AuthorizationError', 'UserAuthenticationExpiredError', 'PermissionViolationError'];
/** What the library calls an event that is larger than the server takes, and a login that is none. */
const ARGUMENT = 'InvalidArgumentError';

/** `thrown` as a fault of a destination; faults stay as they are. */
export function natsFault(thrown: unknown, settings: NatsSettings): Fault {
  if (isFault(thrown)) return thrown;
  const errors = chain(thrown);
  const names = errors.map((one) => one.name);
  const server = settings.servers.join(', ');
  const certificate = certificateProblem(thrown);
  if (certificate !== undefined)
    return new Fault(
      'export.refused',
      `the certificate was refused between Writ and NATS at \`${server}\`: ${certificate}`,
      { hint: 'name the authority that issued it as `tls.ca`' },
    );
  if (names.some((name) => REFUSED.includes(name)))
    return new Fault('export.refused', `NATS at \`${server}\` refused the login, or what it may do`, {
      hint: `allow it to publish to \`${settings.subject}\` and to subscribe to \`_INBOX.>\``,
    });
  const code = errors
    .map((one) => ('code' in one ? one.code : undefined))
    .find((one) => typeof one === 'number');
  return code === undefined ? connectionFault(thrown, names, settings) : streamFault(code, settings);
}

function streamFault(code: number, { stream, subject }: NatsSettings): Fault {
  if (code === TOO_LARGE)
    return new Fault('export.rejected', `an event is larger than the stream \`${stream}\` takes`);
  if (code === OTHER_STREAM)
    return new Fault(
      'export.refused',
      `the subject \`${subject}\` belongs to another stream than \`${stream}\``,
    );
  if (NOT_ENABLED.includes(code))
    return new Fault('export.refused', 'JetStream is not enabled for this account of NATS');
  return new Fault(
    'export.unavailable',
    `the stream \`${stream}\` did not store an event: JetStream says ${code}`,
  );
}

function connectionFault(thrown: unknown, names: readonly string[], settings: NatsSettings): Fault {
  const { stream, subject } = settings;
  const server = settings.servers.join(', ');
  if (names.includes('JetStreamNotEnabled'))
    return new Fault(
      'export.unavailable',
      `no stream took an event: \`${stream}\` does not exist, does not take \`${subject}\`, or has no leader at the moment`,
      {
        hint: `create it: \`nats stream add ${stream} --subjects '${subject.replaceAll(/\{\w+\}/g, '*')}'\``,
      },
    );
  const text = thrown instanceof Error ? thrown.message : '';
  if (text.includes("does not support 'tls'"))
    return new Fault('export.refused', `NATS at \`${server}\` has no TLS`, {
      hint: 'turn TLS on there, or set `insecure: true`',
    });
  if (names.includes(ARGUMENT) && text.includes('payload'))
    return new Fault('export.rejected', `an event is larger than NATS at \`${server}\` takes`);
  if (names.includes(ARGUMENT) || text.includes('credentials') || names.includes('NKeysError'))
    return new Fault(
      'export.refused',
      'the login for NATS is not of its kind: credentials, or the seed of an nkey',
    );
  return new Fault('export.unavailable', `NATS at \`${server}\` cannot be reached, or did not acknowledge`);
}
