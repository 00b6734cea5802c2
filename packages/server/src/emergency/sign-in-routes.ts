/** Coming in while an identity provider is out. */
import { z } from 'zod';
import { raiseAlert } from '../alerts/index.ts';
import { defineRoute, type Route } from '../api/index.ts';
import { concernsOf, SERVER, ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { CREDENTIALS, EMERGENCY_MS, refused, startSession } from '../sign-in/index.ts';
import { type GoodCode, goodCode } from './code.ts';
import { EMERGENCIES, type Emergency, EMERGENCY_WORDS } from './emergency.ts';

const CODE = z.string().max(200);

export const EMERGENCY_SIGN_IN_ROUTES: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/sign-in/emergency',
    operation: 'signInForEmergency',
    summary:
      'Comes in with a code: of one person while this server sees that their identity provider is out, otherwise of two people. For an hour, to look and to stop, and everybody is told.',
    access: 'nobody',
    body: z.strictObject({ codes: z.array(CODE).min(1).max(2), words: EMERGENCY_WORDS }),
    answers: z.object({ organisation: ULID, person: ULID, emergency: ULID, until: z.int() }),
    async handle({ plane, body, request }) {
      const good = body.codes.map((text) => goodCode(plane, text)).filter((code) => code !== undefined);
      const [first, second] = good;
      if (first === undefined || good.length !== body.codes.length)
        throw await refused(plane, 'emergency', 'emergency.code');
      const why = await causeOf(plane, first, second);
      if (why === undefined) throw await refused(plane, 'emergency', 'emergency.no-outage');
      const { organisation, person } = first;
      const at = plane.clock.now();
      const id = plane.newId();
      const emergency: Emergency = {
        person: person.id,
        ...why,
        words: body.words,
        at,
        until: at + EMERGENCY_MS,
        status: 'open',
      };
      await use(plane, id, emergency, second === undefined ? [first] : [first, second]);
      // INVARIANT: nobody is in before everybody is told.
      await raiseAlert(
        plane,
        organisation,
        {
          severity: 'critical',
          source: 'emergency',
          key: `emergency/${id}`,
          text: `${person.name} came in by emergency access (${why.cause.replace('_', ' ')}): look at /v1/emergencies/${id}`,
        },
        (change) => plane.changes.commit({ ...change, organisation, actor: SERVER }),
      );
      const cookie = await startSession(plane, {
        organisation,
        id: person.id,
        person,
        method: 'emergency',
        request,
      });
      return {
        body: { organisation, person: person.id, emergency: id, until: emergency.until },
        headers: { 'set-cookie': cookie },
      };
    },
  }),
];

type Cause = Pick<Emergency, 'cause' | 'provider' | 'second'>;

/** Why the codes let anybody in; `undefined` where nothing does. The provider is looked at once more: what is back is used. */
async function causeOf(
  plane: Plane,
  { organisation, person }: GoodCode,
  second: GoodCode | undefined,
): Promise<Cause | undefined> {
  if (second !== undefined) {
    const areTwo = second.organisation === organisation && second.person.id !== person.id;
    return areTwo ? { cause: 'two_people', second: second.person.id } : undefined;
  }
  await plane.outages.look();
  const out = plane.outages
    .standing()
    .find(({ issuer, isOut }) => isOut && issuer === person.identity?.issuer);
  return out === undefined ? undefined : { cause: 'outage', provider: out.id };
}

/** The codes used up, and the use there: of one code used twice at once, one comes in. */
async function use(
  plane: Plane,
  id: string,
  emergency: Emergency,
  codes: readonly GoodCode[],
): Promise<void> {
  const [{ organisation }] = codes as readonly [GoodCode];
  const credentials = plane.objects(organisation, CREDENTIALS);
  const concerns = codes.flatMap(({ person }) => concernsOf(person, person.id));
  await plane.changes.commit({
    action: 'emergencies.begin',
    object: id,
    organisation,
    actor: { kind: 'person', id: emergency.person, concerns },
    details: { cause: emergency.cause, words: emergency.words, until: emergency.until },
    effects: [
      ...codes.map(({ code }) => credentials.remove(code.id, code.index)),
      plane.objects(organisation, EMERGENCIES).put(id, emergency, null),
    ],
    // Whoever is suspended at this moment does not come in.
    records: codes.map(({ person }) => ({
      collection: 'people' as const,
      key: `${organisation}/${person.id}`,
      index: person.index,
    })),
  });
}
