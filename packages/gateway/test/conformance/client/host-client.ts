/** Asks the host of gateways: apart from it, so that a client does not load the gateway. */
import type { GatewaySetting, Running } from '../processes.ts';

/** Opens a gateway at the host. */
export async function openAt(host: string, setting: GatewaySetting): Promise<Running> {
  const response = await fetch(host, { method: 'POST', body: JSON.stringify(setting) });
  if (!response.ok) throw new Error(`the gateway did not open: ${await response.text()}`);
  const { url } = (await response.json()) as Running;
  return {
    url,
    stop: async () => void (await fetch(host, { method: 'DELETE', body: JSON.stringify({ url }) })),
  };
}
