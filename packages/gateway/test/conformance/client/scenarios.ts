/** What a client does in each scenario of the suite's client mode, with the official SDK. */
import { Client, type FetchLike, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { SkillsClient } from '@modelcontextprotocol/client/ext/skills';

/** A scenario as the suite hands it to a client. */
export interface Scenario {
  readonly name: string;
  /** Revision of the wire. */
  readonly version: string;
  /** What only this scenario says; empty for most. */
  readonly context: Readonly<Record<string, unknown>>;
}

type Drive = (client: Client, scenario: Scenario) => Promise<void>;

const callAll: Drive = async (client) => {
  const { tools } = await client.listTools();
  for (const { name } of tools)
    await client.callTool({ name, arguments: { region: 'us-west1' } }).catch(ignored);
};

const SCENARIOS: Readonly<Record<string, Drive>> = {
  async tools_call(client) {
    await client.listTools();
    await client.callTool({ name: 'add_numbers', arguments: { a: 5, b: 3 } });
  },
  async 'elicitation-sep1034-client-defaults'(client) {
    await client.listTools();
    await client.callTool({ name: 'test_client_elicitation_defaults', arguments: {} });
  },
  async 'sse-retry'(client) {
    await client.listTools();
    await client.callTool({ name: 'test_reconnection', arguments: {} });
  },
  async 'http-standard-headers'(client, scenario) {
    await callAll(client, scenario);
    const { resources } = await client.listResources();
    for (const { uri } of resources) await client.readResource({ uri });
    const { prompts } = await client.listPrompts();
    for (const { name } of prompts) await client.getPrompt({ name });
  },
  async 'http-custom-headers'(client, { context }) {
    await client.listTools();
    const calls = context['toolCalls'] as { name: string; arguments: Record<string, unknown> }[];
    for (const call of calls) await client.callTool(call);
  },
  'http-invalid-tool-headers': callAll,
  async 'json-schema-2020-12-preservation'(client) {
    const { tools } = await client.listTools();
    const schema = tools.find(({ name }) => name === 'json_schema_2020_12_tool')?.inputSchema;
    await client.callTool({ name: 'json_schema_echo', arguments: { schema } });
  },
  async 'sep-2322-client-request-state'(client) {
    await client.listTools();
    const call = (name: string): Promise<unknown> => client.callTool({ name, arguments: {} }).catch(ignored);
    // Together: what one call was asked must not show in the other.
    await Promise.all([call('test_mrtr_echo_state'), call('test_mrtr_unrelated')]);
    await call('test_mrtr_no_state');
    await call('test_mrtr_no_result_type');
  },
  async 'sep-2640-client-no-prefetch'(client) {
    await new SkillsClient(client).list();
  },
};

/** Lists the skills, loads the first, and goes on to its other files only where it was what its entry says. */
const loadSkill: Drive = async (client) => {
  const skills = new SkillsClient(client);
  const [skill] = (await skills.list()).skills;
  if (skill === undefined) throw new Error('no skill is listed');
  await skills.read(skill);
  await skills.read(skill, 'references/FORMS.md');
};

/** Connects to `url`, does what the scenario is about, and closes. */
export async function drive(url: string, scenario: Scenario, fetch?: FetchLike): Promise<void> {
  const isModern = scenario.version === '2026-07-28';
  const client = new Client(
    { name: 'writ-conformance-client', version: '1.0.0' },
    {
      capabilities: { elicitation: { form: { applyDefaults: true } }, sampling: {}, roots: {} },
      versionNegotiation: { mode: isModern ? { pin: '2026-07-28' } : 'legacy' },
    },
  );
  client.setRequestHandler('elicitation/create', ({ params }) => ({
    action: 'accept',
    // Where the scenario is about defaults, the client leaves them to the SDK.
    content: params.message.includes('confirm') ? { confirmed: true } : {},
  }));
  client.setRequestHandler('roots/list', () => ({ roots: [] }));
  await client.connect(new StreamableHTTPClientTransport(new URL(url), fetch === undefined ? {} : { fetch }));
  try {
    await driveOf(scenario.name)(client, scenario);
  } finally {
    await client.close();
  }
}

function driveOf(name: string): Drive {
  const drive = SCENARIOS[name];
  if (drive !== undefined) return drive;
  if (name.startsWith('sep-2640-client-verify')) return loadSkill;
  // The rest of them, authorization among them, is about what happens on the way to an ordinary call.
  return callAll;
}

/** The scenario judges what was sent, not what came back. */
function ignored(): void {}
