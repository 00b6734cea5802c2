/** A data-protection impact assessment (GDPR article 35) as Markdown: what registers and configuration say, and marked places where a person must decide. */
import { sha256Hex } from '../../kernel/crypto/index.ts';
import type { PurposeRegister } from '../../privacy/index.ts';

/** What is known of a node without asking anybody. Lists in any order; absent means unknown or none, as it says. */
export interface AssessmentFacts {
  /** Origin of the log. */
  readonly origin: string;
  /** Absent where none is configured. */
  readonly register?: PurposeRegister;
  readonly agents: readonly string[];
  /** Servers with where they are: `a program on this machine`, or a host. */
  readonly servers: readonly { readonly name: string; readonly place: string }[];
  /** Pinned tools, `server/tool`. */
  readonly tools: readonly string[];
  readonly policies: { readonly mode: string; readonly hash?: string; readonly files: readonly string[] };
  /** Detectors in force: `id` and version, `observe` or `block`. */
  readonly detectors: readonly { readonly id: string; readonly mode: string }[];
  /** Retention by class, `400 days`. */
  readonly retention: readonly { readonly class: string; readonly keeps: string }[];
  /** Where events go, and what of sealed bodies goes with them. */
  readonly destinations: readonly {
    readonly name: string;
    readonly place: string;
    readonly discloses: readonly string[];
  }[];
  /** What protects the record, in words: keys, witnesses, publishing. */
  readonly protections: readonly string[];
  /** Whether people approve actions, and who. */
  readonly approvers: readonly string[];
}

/** The document, with what is left to a person. */
export interface Assessment {
  readonly markdown: string;
  /** SHA-256 in hexadecimal of its UTF-8 bytes. */
  readonly hash: string;
  /** What a person must decide, in order. */
  readonly decisions: readonly string[];
}

/** The assessment of `facts`: the same facts make the same bytes. It has no date, for it says what stands, not when somebody looked. */
export function printAssessment(facts: AssessmentFacts): Assessment {
  const page = new Page();
  page.add('# Data-protection impact assessment', '', `Record: log \`${facts.origin}\``, '');
  processing(page, facts);
  necessity(page, facts);
  risks(page);
  measures(page, facts);
  page.add('## 5. Opinions', '');
  page.decide('Advice of the data protection officer (article 35(2))');
  page.decide('Views of data subjects or their representatives, or why they were not sought (article 35(9))');
  page.decide(
    'Whether the supervisory authority is consulted before (article 36): where the remaining risk is high',
  );
  page.decide('Who decides that processing may begin, and when this is looked at again (article 35(11))');
  page.add('## What is left to a person', '', ...page.decisions.map((one, at) => `${at + 1}. ${one}`));
  const markdown = `${page.lines.join('\n')}\n`;
  return { markdown, hash: sha256Hex(markdown), decisions: page.decisions };
}

class Page {
  readonly lines: string[] = [];
  readonly decisions: string[] = [];

  add(...lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  /** INVARIANT: what is marked in the text stands in the list at the end, under the same number. */
  decide(what: string): void {
    this.decisions.push(what);
    this.lines.push(`> **TO BE DECIDED ${this.decisions.length}:** ${what}`, '');
  }

  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    if (rows.length === 0) this.add('None.', '');
    else
      this.add(
        `| ${head.join(' | ')} |`,
        `|${head.map(() => '---').join('|')}|`,
        ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
        '',
      );
  }
}

function processing(
  page: Page,
  { register, agents, servers, tools, destinations, retention }: AssessmentFacts,
): void {
  page.add('## 1. The processing (article 35(7)(a))', '');
  page.decide('Nature, scope, context and aims of the processing, in words for people outside the team');
  page.decide('Who is the controller, and which processors take part under which contract (article 28)');
  page.add('### Purposes', '');
  if (register === undefined)
    page.decide('Purposes: no register of purposes is configured (`privacy.purposes`)');
  else {
    page.add(`Register \`${register.hash.slice(0, 16)}\`.`, '');
    page.table(
      ['Purpose', 'Why', 'Data', 'Legal basis', 'Whose', 'Recipients', 'Retention', 'Notice'],
      sorted(register.purposes, ({ id }) => id).map((one) => [
        one.id,
        one.description,
        listed(one.data),
        one.basis,
        one.subject,
        listed(one.recipients),
        one.retention,
        one.notice ?? 'none',
      ]),
    );
  }
  page.add('### Agents', '');
  page.table(
    ['Agent'],
    [...agents].sort().map((one) => [one]),
  );
  page.add('### Servers and tools that may receive data', '');
  page.table(
    ['Server', 'Where'],
    sorted(servers, ({ name }) => name).map(({ name, place }) => [name, place]),
  );
  page.table(
    ['Accepted tool'],
    [...tools].sort().map((one) => [one]),
  );
  page.add('### Where the record goes', '');
  page.table(
    ['Destination', 'Where', 'Sealed fields that are disclosed'],
    sorted(destinations, ({ name }) => name).map(({ name, place, discloses }) => [
      name,
      place,
      listed(discloses),
    ]),
  );
  page.decide('Transfers to third countries, and what they rest on (articles 44 to 49)');
  page.add('### How long', '');
  page.table(
    ['Class', 'Bodies are kept'],
    sorted(retention, (one) => one.class).map((one) => [one.class, one.keeps]),
  );
}

function necessity(page: Page, { register }: AssessmentFacts): void {
  page.add('## 2. Necessity and proportionality (article 35(7)(b))', '');
  for (const one of sorted(register?.purposes ?? [], ({ id }) => id)) {
    const id = `\`${cell(one.id)}\``;
    page.add(`### ${cell(one.id)}`, '');
    const fields = Object.entries(one.minimise ?? {});
    if (fields.length === 0)
      page.decide(`Purpose ${id} minimises nothing: say why each tool needs all that it is sent`);
    else
      page.table(
        ['Tool', 'May receive'],
        sorted(fields, ([tool]) => tool).map(([tool, allowed]) => [
          tool,
          allowed === 'everything' ? 'everything' : listed(allowed),
        ]),
      );
    if (fields.some(([, allowed]) => allowed === 'everything'))
      page.decide(`Purpose ${id} lets a tool receive everything: say why`);
    if (one.basis === 'legitimate_interests')
      page.decide(`Balance of interests for purpose ${id} (article 6(1)(f))`);
    if (one.notice === undefined && one.subject !== 'none')
      page.decide(`How people are told of purpose ${id} (articles 13 and 14): it has no notice`);
    page.decide(`Whether purpose ${id} could be reached with less data, or without an agent`);
  }
  page.decide('Special categories of data and of people (articles 9 and 10), children among them');
}

/** Risks that agents bring; how likely and how grave they are here only a person can say. */
const RISKS: readonly (readonly [risk: string, measure: string])[] = [
  [
    'An agent uses data for something else than it was given for',
    'purposes are judged with each call; what is not in force is refused',
  ],
  [
    'An agent is talked into handing data out (injected instructions)',
    'detectors, labels of sessions, egress judged before it is made',
  ],
  ['More data is sent to a tool than it needs', 'minimisation per purpose and tool, recorded with the call'],
  [
    'A decision about a person that nobody can explain or contest',
    'each decision is recorded with its policies, and can be shown to the person',
  ],
  [
    'The record itself becomes a collection of personal data',
    'bodies sealed with keys of their own, erased and expired without hurting a proof',
  ],
  [
    'Somebody changes or removes what was recorded',
    'a transparency log with signed checkpoints, witnesses where configured',
  ],
];

function risks(page: Page): void {
  page.add('## 3. Risks to people (article 35(7)(c))', '');
  page.table(['Risk', 'What stands against it'], RISKS);
  page.decide('How likely and how grave each of these is here, and which others there are');
}

function measures(page: Page, facts: AssessmentFacts): void {
  const { policies, detectors, protections, approvers } = facts;
  page.add('## 4. Measures (article 35(7)(d))', '');
  page.add(
    `- Policies in mode \`${policies.mode}\`${policies.hash === undefined ? '' : `, set \`${policies.hash.slice(0, 16)}\``}: ${listed(policies.files)}`,
    `- Detectors: ${listed(detectors.map(({ id, mode }) => `${id} (${mode})`))}`,
    `- People who approve: ${listed(approvers)}`,
    ...[...protections].sort().map((one) => `- ${cell(one)}`),
    '- Rights of people: access, rectification, erasure, restriction, portability and objection as cases with deadlines (`writ case`)',
    '- Breaches: a case with the clocks of articles 33 and 34, filled from the record (`writ case breach`)',
    '',
  );
  if (policies.mode !== 'strict')
    page.decide(`Policies are in mode \`${policies.mode}\`: what no policy permits is not refused; say why`);
  if (!detectors.some(({ mode }) => mode === 'block'))
    page.decide('No detector blocks: say why observing is enough');
  if (approvers.length === 0) page.decide('Nobody approves actions: say why none needs a person');
  page.decide('Measures outside of Writ: access to machines, training, contracts');
}

function sorted<Item>(items: readonly Item[], by: (item: Item) => string): readonly Item[] {
  return items.toSorted((left, right) => (by(left) < by(right) ? -1 : 1));
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'none' : [...items].sort().map(cell).join(', ');
}

/** Text from outside in one line: no bar of it ends a cell, and nothing in it is markup. */
function cell(text: string): string {
  return text.replaceAll(/[\p{C}\s]+/gu, ' ').replaceAll(/(?<!\\)([|<>`*[\]])/g, '\\$1');
}
