/** What a person is told of a code, and what they can do about it. */
import type { Said } from './step.ts';

/** By code, or by the part before its point; the first that fits. */
const WORDS: readonly (readonly [prefix: string, words: string])[] = [
  ['kill.agent', 'The agent was stopped by a kill switch. Once it is lifted, policies are asked again.'],
  ['kill.team', 'Its team was stopped by a kill switch. Once it is lifted, policies are asked again.'],
  ['kill.server', 'The server was stopped by a kill switch. Once it is lifted, policies are asked again.'],
  ['kill.tool', 'The tool was stopped by a kill switch. Once it is lifted, policies are asked again.'],
  ['kill.', 'Everything was stopped by a kill switch. Once it is lifted, policies are asked again.'],
  [
    'tool.quarantined',
    'The definition of the tool is new or changed, and nobody accepted it. Accepting it at the node (`writ tools accept`) lets policies be asked.',
  ],
  ['tool.', 'A tool that its server offers, called as its definition says.'],
  ['guard.self-protection', 'Nothing: it reaches for a file of Writ itself, which no policy opens.'],
  [
    'policy.stale',
    'The process had not loaded the policies in force yet. The same call is judged once it has.',
  ],
  ['policy.arguments', 'Arguments that are of the types that the tool declares.'],
  ['policy.', 'Policies that can be evaluated for it.'],
  [
    'approval.denied',
    'A person refused exactly this call. Another call, or another day, is judged by itself.',
  ],
  ['approval.withdrawn', 'The caller did not wait. The same call, made again, is held again.'],
  [
    'approval.nobody',
    'More people who may approve: too few are configured, or those there are asked for it themselves.',
  ],
  ['approval.', 'An approval that counts.'],
  ['guard.unconfined', 'Running confined, as policy asks: a command can be run with `writ run --profile`.'],
  [
    'guard.redaction-incomplete',
    'What policy wants taken out could not be taken out completely. Without it the call would be judged by itself.',
  ],
  ['guard.change-loop', 'Arguments that need no second change after the first.'],
  ['guard.limit_', 'Room under a limit: others took the last of it while this was recorded.'],
  ['guard.epoch', 'Kill switches or policies changed meanwhile, twice. The same call is judged anew.'],
  ['guard.purpose', 'What is recorded of its purpose changed meanwhile. The same call is judged anew.'],
  ['guard.cancelled', 'The caller gave up before it was done.'],
  ['guard.timeout', 'It ran longer than it may. A longer deadline, or less to do.'],
  ['guard.overloaded', 'Fewer calls at once: the node had more than it takes.'],
  ['guard.closed', 'The node was stopping. It answers again once it is up.'],
  ['guard.tool', 'The tool threw.'],
  ['auth.', 'Credentials that hold: those that came did not.'],
  ['identity.', 'An agent that can be told apart: nobody could say who asked.'],
  ['detector.', 'A check that has to run did not come through.'],
  ['bound.', 'Less at once: something was larger than a check takes.'],
  ['limit.', 'Limits that can be read: they could not be, so there is no room.'],
  [
    'privacy.notice',
    'A notice about personal data comes first. Once the person has seen it, the call goes on.',
  ],
  ['privacy.no-rule', 'A rule of its purpose that says what the tool may receive.'],
  ['privacy.', 'A purpose that permits it, with the consent that it needs.'],
  ['egress.', 'A request that can be read in one way only, to a place that may be reached.'],
  ['json.', 'Arguments that can be read in one way only.'],
  ['bytes.', 'Arguments that can be read in one way only.'],
  ['rpc.', 'A message that can be read in one way only.'],
  ['request.', 'A request that can be read in one way only.'],
  ['log.', 'A log that can be written: what cannot be recorded is not done.'],
  ['sandbox.', 'A sandbox that can be made: what must be confined does not run without.'],
  ['upstream.', 'A server that answers.'],
];

/** A sentence for `code`. */
export function refusalWords(code: string): readonly Said[] {
  const known = WORDS.find(([prefix]) => code.startsWith(prefix));
  if (known !== undefined) return [known[1]];
  return code === ''
    ? ['The guard refused it by itself, and no policy was asked.']
    : ['The guard refused it by itself (', { quoted: code }, '), and no policy was asked.'];
}
