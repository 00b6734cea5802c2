// The YAML of a pack and its Cedar agree: a reading of the rules that knows nothing of Cedar gives the verdict of the loaded set.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { compilePack, createPatternMatcher } from '../index.ts';
import { PACK_TOOLS, pointOfPack } from '../fixtures.ts';
import { queryOf } from '../../fixtures.ts';
import { type Loose, type Yaml, type Call, rule, call, plain } from './fixtures.ts';

// ---- The reading of the rules ----

function meansTool(globs: string | readonly string[], tool: string): boolean {
  return [globs].flat().some((glob) => {
    const source = glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
    return new RegExp(`^${source}$`).test(tool);
  });
}

/** Whether the call is by one that `who` names; `unknown` is the answer about the roles of nobody. */
function isAbout(who: Yaml | undefined, call: Call, unknown: boolean): boolean {
  if (who === undefined) return true;
  const named = [...(who['agents'] ?? []), ...(who['teams'] ?? [])];
  const isNamed =
    named.length === 0 ||
    (who['agents'] ?? []).includes(call.agent) ||
    (who['teams'] ?? []).includes(call.team);
  const hasRole =
    who['roles'] === undefined ||
    (call.roles === undefined ? unknown : call.roles.some((role) => who['roles'].includes(role)));
  return isNamed && hasRole;
}

function holds(check: Loose, value: Loose): boolean {
  if (Array.isArray(check)) return holds({ one_of: check }, value);
  if (typeof check !== 'object') return value === check;
  const glob = (pattern: string): boolean => meansTool(pattern, value);
  return Object.entries(check).every(([name, wanted]: [string, Loose]) => {
    switch (name) {
      case 'min':
        return value >= wanted;
      case 'max':
        return value <= wanted;
      case 'above':
        return value > wanted;
      case 'below':
        return value < wanted;
      case 'equals':
        return value === wanted;
      case 'one_of':
        return Array.isArray(value) ? value.every((one) => wanted.includes(one)) : wanted.includes(value);
      case 'none_of':
        return Array.isArray(value) ? !value.some((one) => wanted.includes(one)) : !wanted.includes(value);
      case 'includes':
        return value.includes(wanted);
      case 'like':
        return glob(wanted);
      case 'unlike':
        return !glob(wanted);
      case 'min_length':
        return value.length >= wanted;
      case 'max_length':
        return value.length <= wanted;
      case 'required':
        return true;
      default:
        throw new Error(name);
    }
  });
}

function conditionHolds(where: Yaml | undefined, args: Yaml): boolean {
  return Object.entries(where ?? {}).every(
    ([name, check]) => args[name] !== undefined && holds(check, args[name]),
  );
}

function isViolated(constraints: Yaml, args: Yaml): boolean {
  return Object.entries(constraints).some(([name, check]) =>
    args[name] === undefined ? check.required === true : !holds(check, args[name]),
  );
}

function isInFolder(path: string, folder: string): boolean {
  const [steps, above] = [path.split('/'), folder === '/' ? [''] : folder.split('/')];
  return above.every((step, index) => steps[index] === step);
}

function pathRefused(rule: Yaml, path: string): boolean {
  const steps = path.split('/').slice(1);
  const inner = steps.slice(0, -1);
  const odd =
    !path.startsWith('/') ||
    path.includes('\\') ||
    steps.some((step) => step === '.' || step === '..') ||
    inner.includes('');
  if (odd) return true;
  if (rule['never']?.some((folder: string) => isInFolder(path, folder))) return true;
  return rule['only'] !== undefined && !rule['only'].some((folder: string) => isInFolder(path, folder));
}

function hostRefused(rule: Yaml, url: string): boolean {
  const labels = new URL(url).hostname.split('.');
  const isListed = (entry: string): boolean => {
    const wanted = entry.split('.');
    const tail = wanted[0] === '*' ? wanted.slice(1) : wanted;
    const isBelow = labels.slice(-tail.length).join('.') === tail.join('.');
    return isBelow && (wanted[0] === '*' ? labels.length > tail.length : labels.length === tail.length);
  };
  if (rule['never']?.some(isListed)) return true;
  return rule['only'] !== undefined && !rule['only'].some(isListed);
}

function isOutsideHours(rule: Yaml, time: number): boolean {
  const sign = rule['zone'].startsWith('-') ? -1 : 1;
  const [hours = 0, minutes = 0] = rule['zone'] === 'UTC' ? [] : rule['zone'].slice(1).split(':').map(Number);
  const local = new Date(time + sign * (hours * 60 + minutes) * 60_000);
  const clock = local.toISOString().slice(11, 16);
  const day = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][local.getUTCDay()] ?? '';
  return clock < rule['from'] || clock >= rule['to'] || !(rule['days'] ?? [day]).includes(day);
}

/** What one rule says of a call: nothing, or its effect. */
function effectOf(rule: Yaml, call: Call): 'allow' | 'deny' | 'step_up' | undefined {
  const verb =
    ['allow', 'deny', 'approve', 'constrain', 'block', 'paths', 'domains', 'hours'].find(
      (one) => one in rule,
    ) ?? '';
  if (!meansTool(rule[verb], call.tool)) return undefined;
  if (verb === 'allow')
    return isAbout(rule['for'], call, false) && conditionHolds(rule['where'], call.args)
      ? 'allow'
      : undefined;
  if (!isAbout(rule['for'], call, true)) return undefined;
  if (rule['except'] !== undefined && isAbout(rule['except'], call, false)) return undefined;
  const value = call.args[rule['argument']];
  switch (verb) {
    case 'deny':
      return conditionHolds(rule['where'], call.args) ? 'deny' : undefined;
    case 'approve':
      return conditionHolds(rule['where'], call.args) ? 'step_up' : undefined;
    case 'constrain':
      return isViolated(rule['arguments'], call.args) ? 'deny' : undefined;
    case 'block': {
      const texts = rule['argument'] === '*' ? Object.values(call.args).flat() : [value].flat();
      const lower = (text: string): string => (rule['ignore_case'] === true ? text.toLowerCase() : text);
      const isHit = (text: string): boolean => {
        if (rule['substring'] !== undefined) return lower(text).includes(lower(rule['substring']));
        if (rule['glob'] !== undefined) return meansTool(lower(rule['glob']), lower(text));
        return new RegExp(rule['regex'], rule['ignore_case'] === true ? 'iu' : 'u').test(text);
      };
      return texts.some((text) => typeof text === 'string' && isHit(text)) ? 'deny' : undefined;
    }
    case 'paths':
    case 'domains': {
      if (value === undefined) return rule['required'] === false ? undefined : 'deny';
      return (verb === 'paths' ? pathRefused : hostRefused)(rule, value) ? 'deny' : undefined;
    }
    case 'hours':
      return isOutsideHours(rule, call.time) ? 'deny' : undefined;
    default:
      throw new Error(verb);
  }
}

function verdictOf(rules: readonly Yaml[], mode: string, call: Call): string {
  const effects = rules.map((rule) => effectOf(rule, call));
  if (effects.includes('deny')) return 'deny';
  if (mode === 'strict' && !effects.includes('allow')) return 'deny';
  return effects.includes('step_up') ? 'step_up' : 'allow';
}

test('a direct reading of the YAML and the loaded Cedar give the same verdict', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('strict', 'permissive'),
      fc.array(call, { minLength: 12, maxLength: 12 }),
      (generated, mode, calls) => {
        const rules = generated.map((one, index) => ({ id: `r${index}`, ...plain(one) }));
        const text = stringify({ version: 1, name: 'demo', mode, rules });
        const pack = compilePack({ name: 'demo.yaml', text }, { tools: PACK_TOOLS });
        expect(pack.problems.map(({ message }) => `${message}\n${text}`)).toEqual([]);
        const point = pointOfPack(pack);
        const matcher = createPatternMatcher(pack.patterns);
        for (const one of calls) {
          const args = plain(one.args);
          const { roles } = one;
          const outcome = point.decide(
            queryOf({
              id: one.tool,
              args,
              context: { time: one.time, findings: matcher.findingsOf(one.tool, args) },
              subject: {
                agent: { id: one.agent, team: one.team, org: 'acme' },
                ...(roles === undefined ? {} : { person: { id: 'ann', roles } }),
                chain: [],
                authentication: { method: 'configured', assurance: 1, credentialId: 'test', at: 0 },
              },
            }),
          );
          const expected = verdictOf(rules, mode, { ...one, args });
          seen.set(expected, (seen.get(expected) ?? 0) + 1);
          expect({
            verdict: outcome.verdict,
            source: outcome.source,
            text,
            one,
            reasons: outcome.reasons,
          }).toMatchObject({ verdict: expected, source: 'policy' });
        }
      },
    ),
    { numRuns: 150 },
  );
  for (const verdict of ['allow', 'step_up', 'deny']) expect(seen.get(verdict) ?? 0).toBeGreaterThan(0);
});

test('weekdays are those of the calendar on every day until June 2064, and none after', () => {
  const text = `version: 1
name: demo
rules:
  - id: all
    allow: bank/balance
  - id: weekdays
    hours: bank/balance
    from: "00:00"
    to: "24:00"
    zone: UTC
    days: [tue, sat]
`;
  const point = pointOfPack(compilePack({ name: 'demo.yaml', text }, { tools: PACK_TOOLS }));
  const verdict = (time: number): string =>
    point.decide(queryOf({ id: 'bank/balance', args: {}, context: { time } })).verdict;
  const DAY_MS = 86_400_000;
  for (let time = Date.UTC(2024, 0, 1); time < Date.UTC(2064, 5, 23); time += 97 * DAY_MS) {
    for (let day = 0; day < 7; day += 1) {
      const at = time + day * DAY_MS + 3_599_999;
      expect([at, verdict(at)]).toEqual([at, [2, 6].includes(new Date(at).getUTCDay()) ? 'allow' : 'deny']);
    }
  }
  expect(verdict(Date.UTC(2023, 11, 30))).toBe('deny');
  expect(verdict(Date.UTC(2064, 7, 2))).toBe('deny');
});
