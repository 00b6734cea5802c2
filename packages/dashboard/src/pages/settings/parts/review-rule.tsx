/** How many people look at policies before they are approved, and who. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answered, api, hasRole, ifMatch, useMe } from '../../../api/index.ts';
import { PersonName, TeamName, useTeams } from '../../../directory/index.ts';
import {
  AgentText,
  Button,
  ChecksField,
  Facts,
  FormDialog,
  Section,
  SelectField,
} from '../../../ui/index.ts';
import { GROUPS, REVIEW_RULE } from '../data.ts';
import { Loaded } from './loaded.tsx';

export function ReviewRule(): ReactNode {
  const me = useMe();
  const rule = useQuery(REVIEW_RULE);
  const [isChanging, setChanging] = useState(false);
  return (
    <div className="p-4">
      <Section
        title="Review rule"
        note="Before a policy version is approved."
        actions={hasRole(me, 'admin') && <Button onClick={() => setChanging(true)}>Change</Button>}
      >
        <Loaded query={rule} what="the review rule">
          {({ data }) => (
            <Facts
              rows={[
                [
                  'Reviewers',
                  data.reviewers === 1
                    ? 'one person beside the authors approves'
                    : `${data.reviewers} people beside the authors approve`,
                ],
                [
                  'Who counts',
                  data.groups.length + data.teams.length === 0 ? (
                    'everybody who may decide'
                  ) : (
                    <ul key="who">
                      {data.groups.map((group) => (
                        <li key={group}>
                          the group <AgentText text={group} limit={80} />
                        </li>
                      ))}
                      {data.teams.map((team) => (
                        <li key={team}>
                          the team <TeamName id={team} />
                        </li>
                      ))}
                    </ul>
                  ),
                ],
                [
                  'Loosened',
                  data.loosened === undefined ? undefined : (
                    <span key="loosened" className="text-step-up">
                      by <PersonName id={data.loosened.by} />, whose own versions still need{' '}
                      {data.loosened.from.reviewers}
                    </span>
                  ),
                ],
              ]}
            />
          )}
        </Loaded>
      </Section>
      {isChanging && rule.data !== undefined && (
        <RuleForm before={rule.data} onClose={() => setChanging(false)} />
      )}
    </div>
  );
}

function RuleForm({
  before: { data, tag },
  onClose,
}: {
  readonly before: {
    readonly data: {
      readonly reviewers: number;
      readonly groups: readonly string[];
      readonly teams: readonly string[];
    };
    readonly tag: string;
  };
  readonly onClose: () => void;
}): ReactNode {
  const queries = useQueryClient();
  const teams = useTeams();
  const groups = useQuery(GROUPS).data ?? [];
  const [reviewers, setReviewers] = useState(String(data.reviewers));
  const [ofGroups, setGroups] = useState<readonly string[]>(data.groups);
  const [ofTeams, setTeams] = useState<readonly string[]>(data.teams);
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title="Who reviews policies"
      verb="Set"
      onSubmit={async () => {
        await answered(
          api.PUT('/v1/review-rule', {
            params: { header: ifMatch(tag) },
            body: { reviewers: Number(reviewers), groups: [...ofGroups], teams: [...ofTeams] },
          }),
        );
        await queries.invalidateQueries({ queryKey: ['review_rule'] });
        onClose();
      }}
    >
      {(wrong) => (
        <>
          <p className="mt-2 text-sm text-ink-2">
            Versions that are in review need what was said before as well. Whoever loosens the rule gains
            nothing by it: their own versions need what it was, until somebody else sets it.
          </p>
          <SelectField
            label="People who approve"
            value={reviewers}
            onChange={setReviewers}
            options={['1', '2', '3', '4', '5'].map((one) => [one, one])}
            wrong={wrong('/reviewers')}
          />
          <ChecksField
            label="Of these groups"
            hint="None chosen: everybody who may decide counts."
            options={groups.map(({ name }) => [name, <AgentText key={name} text={name} limit={60} />])}
            values={ofGroups}
            onChange={setGroups}
          />
          <ChecksField
            label="Or of these teams"
            options={teams.map(({ id, name }) => [id, <AgentText key={id} text={name} limit={60} />])}
            values={ofTeams}
            onChange={setTeams}
          />
        </>
      )}
    </FormDialog>
  );
}
