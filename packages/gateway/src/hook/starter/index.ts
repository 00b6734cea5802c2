/** First policies for a coding agent. */
import { ASK_POLICIES } from './asks.ts';
import { CONFINED_POLICIES } from './confined.ts';
import { NEVER_POLICIES } from './never.ts';
import { WORK_POLICIES } from './work.ts';

/** Files of Cedar policies with which a developer can work: what is done all day passes, the rest asks the developer or stops. */
export function codingAgentPolicies(): readonly { readonly name: string; readonly text: string }[] {
  return [
    { name: '10-work.cedar', text: WORK_POLICIES },
    { name: '20-asks.cedar', text: ASK_POLICIES },
    { name: '30-never.cedar', text: NEVER_POLICIES },
    { name: '40-confined.cedar', text: CONFINED_POLICIES },
  ];
}
