import { html } from 'hono/html';
import type { Html } from '../../layout.ts';
import { attribute } from '../../parts.ts';
import type { Visit } from '../../visit.ts';

const tabs = [
  { name: 'cards', path: '/sent', label: 'Cards' },
  { name: 'missed', path: '/sent/missed', label: 'Did not go' },
  { name: 'letters', path: '/sent/letters', label: 'Letters' },
] as const;

export function sentTabs({ href }: Visit, shown: (typeof tabs)[number]['name']): Html {
  const links = tabs.map(
    ({ name, path, label }) => html`<a href="${href(path)}" ${attribute('aria-current', name === shown && 'page')}>${label}</a>`,
  );
  return html`<nav class="tabs" aria-label="What was sent">${links}</nav>`;
}
