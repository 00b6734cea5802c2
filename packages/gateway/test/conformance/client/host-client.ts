/** Asks the host of gateways: apart from it, so that a client does not load the gateway. */
import type { GatewaySetting, Running } from '../processes.ts';

/** A gateway at the host. */
export interface AtHost extends Running {
  /** Has a person do what the gateway asked for, where it did; whether it did. */
  obey(): Promise<boolean>;
}

/** Opens a gateway at the host. */
export async function openAt(host: string, setting: GatewaySetting): Promise<AtHost> {
  const response = await fetch(host, { method: 'POST', body: JSON.stringify(setting) });
  if (!response.ok) throw new Error(`the gateway did not open: ${await response.text()}`);
  const { url } = (await response.json()) as Running;
  return {
    url,
    async obey() {
      const answer = await fetch(host, { method: 'PUT', body: JSON.stringify({ url }) });
      if (!answer.ok) throw new Error(`nobody could sign in: ${await answer.text()}`);
      return ((await answer.json()) as { signedIn: boolean }).signedIn;
    },
    stop: async () => void (await fetch(host, { method: 'DELETE', body: JSON.stringify({ url }) })),
  };
}
