/** Ordered lists as Cedar, in which order means nothing: what a line has to say is written so that it holds wherever it stands. */
import type { Rule, RuleNote } from './rule.ts';

const ACTION = 'action == Action::"network/egress"';
/** Plain requests and handshakes of WebSocket are one to people who write lists. */
const SCHEMES: Readonly<Record<'http' | 'https', string>> = {
  http: '["http", "ws"]',
  https: '["https", "wss"]',
};

/** `rules` as policies. A permit for each line that allows; a forbid for each that denies, but for what an earlier line allows. Nothing else is permitted. */
export function printRules(rules: readonly Rule[], from: string): string {
  const policies = rules.map((rule, at) => {
    const earlier = rules.slice(0, at).filter(({ says }) => says === 'allow');
    return rule.says === 'allow' ? permit(rule, from) : forbid(rule, earlier, from);
  });
  return `// From ${from.replace(/[\r\n]/g, ' ')}, in which the first line that fits decides. Default deny: hosts that no line allows stay out.\n\n${policies.join('\n')}`;
}

/** What a reader should know of lines that cannot mean all they seem to. */
export function noteRules(rules: readonly Rule[]): readonly RuleNote[] {
  return rules.flatMap((rule) => {
    const isInside = rule.scheme !== 'http' && (rule.path !== undefined || rule.methods.length > 0);
    if (!isInside) return [];
    const text =
      rule.says === 'allow'
        ? 'method and path are seen of plain HTTP, and inside TLS where `egress.inspect` looks into it; other tunnels are not allowed by it'
        : 'method and path are seen of plain HTTP, and inside TLS where `egress.inspect` looks into it; other tunnels are not denied by it';
    return [{ line: rule.line, text }];
  });
}

function permit(rule: Rule, from: string): string {
  const { host } = rule;
  const resource = host.is === 'exact' ? `resource == Host::${quoted(host.name)}` : 'resource';
  const conditions = conditionsOf(host.is === 'exact' ? { ...rule, host: { is: 'any' } } : rule);
  const when = conditions.length === 0 ? '' : `\nwhen { ${conditions.join(' && ')} }`;
  return `${annotations(rule, from)}\npermit (principal, ${ACTION}, ${resource})${when};\n`;
}

function forbid(rule: Rule, earlier: readonly Rule[], from: string): string {
  const conditions = conditionsOf(rule);
  const when = conditions.length === 0 ? '' : `\nwhen { ${conditions.join(' && ')} }`;
  const unless = earlier.length === 0 ? '' : `\nunless { ${earlier.map(whole).join('\n  || ')} }`;
  return `${annotations(rule, from)}\nforbid (principal, ${ACTION}, resource)${when}${unless};\n`;
}

function annotations({ line }: Rule, from: string): string {
  return `@id("egress-${line}")\n@reason(${quoted(`line ${line} of ${from}`)})`;
}

/** All of a rule as one expression. */
function whole(rule: Rule): string {
  const conditions = conditionsOf(rule);
  return conditions.length === 0 ? 'true' : `(${conditions.join(' && ')})`;
}

function conditionsOf({ host, scheme, ports, methods, path }: Rule): readonly string[] {
  const [port] = ports;
  return [
    ...hostConditions(host),
    ...(scheme === undefined ? [] : [`${SCHEMES[scheme]}.contains(context.args.scheme)`]),
    ...(port === undefined
      ? []
      : [
          ports.length === 1
            ? `context.args.port == ${port}`
            : `[${ports.join(', ')}].contains(context.args.port)`,
        ]),
    ...(methods.length === 0
      ? []
      : [`context.args has method && [${methods.map(quoted).join(', ')}].contains(context.args.method)`]),
    ...(path === undefined
      ? []
      : [`context.args has path && context.args.path ${path.includes('*') ? 'like' : '=='} ${quoted(path)}`]),
  ];
}

function hostConditions(host: Rule['host']): readonly string[] {
  switch (host.is) {
    case 'any':
      return [];
    case 'exact':
      return [`context.args.host == ${quoted(host.name)}`];
    case 'below':
      return [`context.args.host like ${quoted(`*.${host.name}`)}`];
    case 'network':
      return [`context.args has address && context.args.address like ${quoted(prefixOf(host.network))}`];
    default:
      return host satisfies never;
  }
}

/** `10.1.*` of `10.1.0.0/16`; addresses have one form. */
function prefixOf(network: string): string {
  const [address = '', prefix = '32'] = network.split('/');
  const numbers = address.split('.').slice(0, Number(prefix) / 8);
  return numbers.length === 4 ? numbers.join('.') : `${numbers.join('.')}.*`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, (one) => `\\${one}`).replace(/[\r\n]/g, ' ')}"`;
}
