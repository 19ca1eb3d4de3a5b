import { html } from 'hono/html';
import type { Html } from '../../layout.ts';
import { membersPage } from '../../members-page.ts';
import type { Visit } from '../../visit.ts';

const tabs = [
  { path: '/settings', name: 'Shop' },
  { path: '/settings/look', name: 'Look' },
  { path: '/settings/mail', name: 'Mail' },
  { path: '/settings/more', name: 'More' },
] as const;

type Tab = (typeof tabs)[number]['path'];

/** One of the settings' pages, below their tabs. */
export function settingsPage(
  visit: Visit,
  tab: Tab,
  content: Html,
  options: { status?: 422; wide?: boolean } = {},
): Promise<Response> {
  const links = tabs.map(
    ({ path, name }) => html`<a href="${visit.href(path)}" ${path === tab ? html`aria-current="page"` : ''}>${name}</a>`,
  );
  const title = tabs.find(({ path }) => path === tab)?.name ?? '';
  const whole = html`<div class="head"><h1>Settings</h1></div>
    <nav class="settings-tabs" aria-label="Settings">${links}</nav>
    ${content}`;
  return membersPage(visit, { title: `${title} · Settings`, section: 'settings', content: whole, ...options });
}
