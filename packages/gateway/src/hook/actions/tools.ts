/** The tools of each host and what they touch. A tool that is not here is a call and nothing more: policies that permit by name do not permit it. */
import type { HostId } from '../types.ts';
import {
  batch,
  data,
  fetches,
  file,
  manyFiles,
  nothing,
  patch,
  powerShell,
  search,
  shell,
  spawns,
  typed,
} from './inputs.ts';
import type { ToolReader } from './touched.ts';

type Tools = Readonly<Record<string, ToolReader>>;

const reads = file('read');
const writes = file('write');
const glob = search(true);
const below = search(false);

/** Names of @anthropic-ai/claude-agent-sdk 0.3.329 (`sdk-tools.d.ts`), and those that older versions had. */
const CLAUDE_CODE: Tools = {
  Bash: shell,
  Monitor: (input) => [
    ...(input['command'] === undefined ? [] : shell(input)),
    ...(input['url'] === undefined && input['command'] !== undefined ? [] : fetches(input)),
  ],
  PowerShell: powerShell,
  Read: reads,
  NotebookRead: reads,
  Write: writes,
  Edit: writes,
  MultiEdit: writes,
  NotebookEdit: writes,
  Glob: glob,
  Grep: below,
  LS: below,
  WebFetch: fetches,
  Agent: spawns,
  Task: spawns,
  ReadMcpResource: data,
  ReadMcpResourceTool: data,
  ...named('WebSearch TodoWrite AskUserQuestion EnterPlanMode ExitPlanMode BashOutput TaskOutput TaskStop'),
  ...named('KillShell KillBash TaskCreate TaskGet TaskUpdate TaskList Skill SlashCommand ToolSearch'),
  ...named('ListMcpResources ListMcpResourcesTool ReportFindings'),
};

const CURSOR: Tools = {
  Shell: shell,
  Read: reads,
  Write: writes,
  Edit: writes,
  StrReplace: writes,
  MultiEdit: writes,
  EditNotebook: writes,
  Delete: file('delete'),
  Grep: below,
  Glob: glob,
  LS: below,
  WebFetch: fetches,
  Task: spawns,
  ApplyPatch: patch,
  ...named('SemanticSearch WebSearch TodoWrite ReadLints AskQuestion CreatePlan SwitchMode'),
};

const COPILOT: Tools = {
  bash: shell,
  write_bash: typed,
  powershell: powerShell,
  write_powershell: powerShell,
  view: reads,
  show_file: reads,
  create: writes,
  edit: writes,
  str_replace_editor: (input) => (input['command'] === 'view' ? reads(input) : writes(input)),
  apply_patch: patch,
  glob,
  grep: below,
  rg: below,
  web_fetch: fetches,
  task: spawns,
  ...named('read_bash stop_bash list_bash report_intent update_todo web_search ask_user skill think'),
  ...named('fetch_copilot_cli_documentation read_agent list_agents exit_plan_mode'),
};

/** Names of @google/gemini-cli-core 0.61.0 (`base-declarations`). */
const GEMINI: Tools = {
  run_shell_command: shell,
  read_file: reads,
  read_many_files: manyFiles,
  write_file: writes,
  replace: writes,
  glob,
  grep_search: below,
  search_file_content: below,
  list_directory: below,
  web_fetch: fetches,
  invoke_agent: spawns,
  ...named('google_web_search write_todos get_internal_docs activate_skill ask_user enter_plan_mode'),
  ...named('exit_plan_mode update_topic complete_task list_mcp_resources'),
};

const OPENCODE: Tools = {
  bash: shell,
  read: reads,
  write: writes,
  edit: writes,
  multiedit: writes,
  patch,
  apply_patch: patch,
  glob,
  grep: below,
  list: below,
  webfetch: fetches,
  task: spawns,
  batch,
  ...named('websearch codesearch todowrite todoread skill question lsp plan_enter plan_exit'),
};

const CODEX: Tools = {
  Bash: shell,
  shell,
  local_shell: shell,
  shell_command: shell,
  exec_command: shell,
  'container.exec': shell,
  write_stdin: typed,
  apply_patch: patch,
  view_image: reads,
  read_file: reads,
  grep_files: below,
  list_dir: below,
  ...named('update_plan web_search request_user_input'),
};

const TOOLS: Readonly<Record<HostId, Tools>> = {
  'claude-code': CLAUDE_CODE,
  cursor: CURSOR,
  copilot: COPILOT,
  gemini: GEMINI,
  opencode: OPENCODE,
  codex: CODEX,
};

/** What the host's tool touches; `undefined` for a tool that nobody named here. */
export function readerOf(host: HostId, tool: string): ToolReader | undefined {
  return Object.hasOwn(TOOLS[host], tool) ? TOOLS[host][tool] : undefined;
}

/** Names of the host's own tools that are known. */
export function toolsOf(host: HostId): readonly string[] {
  return Object.keys(TOOLS[host]);
}

function named(names: string): Tools {
  return Object.fromEntries(names.split(' ').map((name) => [name, nothing]));
}
