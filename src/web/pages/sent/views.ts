import { html } from 'hono/html';
import type { Html } from '../../layout.ts';
import { attribute } from '../../parts.ts';
import type { Visit } from '../../visit.ts';

const names = { phone: 'Phone', desktop: 'Desktop', text: 'Text', headers: 'Headers' };

/** A way to look at a mail. */
export type View = keyof typeof names;

/** What was asked for by `?as=`, else the desktop. */
export function viewOf<V extends View>({ c }: Pick<Visit, 'c'>, views: readonly V[]): V | 'desktop' {
  return views.find((view) => view === c.req.query('as')) ?? 'desktop';
}

export function viewTabs(at: string, views: readonly View[], shown: View): Html {
  const links = views.map(
    (view) => html`<a href="${at}?as=${view}" ${attribute('aria-current', view === shown && 'page')}>${names[view]}</a>`,
  );
  return html`<nav class="tabs" aria-label="Ways to look at it">${links}</nav>`;
}

/** A card in its frame: nothing runs in it, and no link leads out of it unless `sandbox` lets it. */
export function desk(src: string, view: View, title: string, sandbox = ''): Html {
  return html`<div class="desk ${view}">
    <iframe src="${src}" title="${title}" sandbox="${sandbox}" referrerpolicy="no-referrer"></iframe>
  </div>`;
}

export function headerList(headers: readonly { key: string; value: string }[]): Html {
  const lines = headers.map(
    ({ key, value }) =>
      html`<div>
        <dt>${key}</dt>
        <dd>${value}</dd>
      </div>`,
  );
  return html`<dl class="headers">${lines}</dl>`;
}
