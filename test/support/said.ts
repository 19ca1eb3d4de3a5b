import type { Answer, Guest } from './house.ts';

/** The bar at the top of the page after a press: what it says, and the press that takes it back. */
export async function saidAfter(guest: Guest, { headers, location }: Answer): Promise<{ says: string; undo(): Promise<Answer> }> {
  const said = headers.getSetCookie().find((line) => line.startsWith('fondly-said=')) ?? '';
  const { page } = await guest.open(location, { headers: { cookie: `${guest.cookie}; ${said.split(';')[0]}` } });
  const bar = /<div class="said"[\s\S]*?<\/div>/.exec(page)?.[0] ?? '';
  const pairs = Array.from(bar.matchAll(/name="(\w+)" value="([^"]*)"/g), ([, name = '', value = '']) => [name, plain(value)]);
  return {
    says: /<p>([\s\S]*?)<\/p>/.exec(bar)?.[1] ?? '',
    undo: () => guest.send(/action="([^"]*)"/.exec(bar)?.[1] ?? '', Object.fromEntries(pairs)),
  };
}

// As a browser reads an attribute.
function plain(value: string): string {
  return value.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}
