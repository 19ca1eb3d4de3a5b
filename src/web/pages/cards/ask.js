/** What an address answers to a form, in JSON; undefined when there is no connection or it would not. */
export async function ask(address, sent) {
  try {
    const answer = await fetch(address, {
      method: 'POST',
      body: new URLSearchParams([...sent].map(([name, value]) => [name, typeof value === 'string' ? value : ''])),
      headers: { accept: 'application/json' },
    });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}
