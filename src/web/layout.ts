import { html } from 'hono/html';
import { type Asset, htmx, membersStyle, script, sheetStyle } from './assets.ts';
import { type Speech, words } from './words.ts';

export type Html = ReturnType<typeof html>;

/** A page of our own tools: a bar on top, wide content. */
export function toolPage(page: { title: string; practice: boolean; content: Html }): Html {
  const { title, practice, content } = page;
  return shell(
    title,
    'tool',
    html`<a class="skip" href="#content">${words.common.skip}</a>
      <header class="bar">
        <a class="mark" href="/outbox">${logo}<span>Fondly</span></a>
        ${practice ? html`<p class="practice">${words.common.practice}</p>` : ''}
      </header>
      <main id="content">${content}</main>`,
  );
}

type Tongue = Pick<Speech, 'language' | 'dir'>;

const inEnglish: Tongue = { language: 'en', dir: 'ltr' };

/** A page for a customer: one calm sheet, with the shop's name on it. In English unless said. */
export function sheetPage(page: { title: string; shop?: string; content: Html; speech?: Tongue }): Html {
  const { title, shop, content, speech } = page;
  return shell(
    title,
    'sheet',
    html`<main class="paper">${shop === undefined ? '' : html`<p class="shop"><bdi>${shop}</bdi></p>`} ${content}</main>`,
    speech,
  );
}

/** A sheet that only says something. */
export function noticePage(notice: { title: string; text: string; to?: Way; shop?: string; speech?: Tongue }): Html {
  const { title, text, to, ...page } = notice;
  const content = html`<h1>${title}</h1>
    <p>${text}</p>
    ${to ? html`<p><a href="${to.href}">${to.words}</a></p>` : ''}`;
  return sheetPage({ title, content, ...page });
}

/** Where one may go from a notice. */
interface Way {
  href: string;
  words: string;
}

export interface AppPage {
  title: string;
  /** What the body wears beside 'app'. */
  kind?: string;
  body: Html;
  /** Parts of the page come and go by themselves. */
  live?: boolean;
  /** Scripts that only this page needs. */
  scripts?: readonly Asset[];
}

/** A page for members, whatever stands around its content. */
export function appPage({ title, kind = '', body, live = false, scripts = [] }: AppPage): Html {
  const head = html`<link rel="stylesheet" href="${membersStyle.path}" />
    ${live ? htmxHead : ''}
    <script src="${script.path}" defer></script>
    ${scripts.map(({ path }) => html`<script src="${path}" type="module"></script>`)}`;
  return document({ title, head, kind: `app ${kind}`, body });
}

const htmxHead = html`<meta
    name="htmx-config"
    content='{"includeIndicatorCSS":false,"history":"reload","morphIgnore":["data-htmx-powered","open"]}'
  />
  <script src="${htmx.path}" defer></script>`;

function shell(title: string, kind: string, body: Html, speech?: Tongue): Html {
  return document({ title, head: html`<link rel="stylesheet" href="${sheetStyle.path}" />`, kind, body }, speech);
}

type Document = Record<'head' | 'body', Html> & Record<'title' | 'kind', string>;

function document({ title, head, kind, body }: Document, { language, dir }: Tongue = inEnglish): Html {
  return html`<!doctype html>
    <html lang="${language}" dir="${dir}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="/mark.svg" type="image/svg+xml" />
        ${head}
      </head>
      <body class="${kind}">
        ${body}
      </body>
    </html>`;
}

/** An envelope closed with a heart. */
export const mark = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32"><rect x="2" y="6" width="28" height="21" rx="4" fill="#b4472f"/><path d="m3.5 9.5 12.5 9 12.5-9" fill="none" stroke="#fff4ea" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/><path d="M16 24.5c-4.2-2.9-6.3-5-6.3-7.3a3.3 3.3 0 0 1 6.3-1.4 3.3 3.3 0 0 1 6.3 1.4c0 2.3-2.1 4.4-6.3 7.3z" fill="#fff4ea"/></svg>`;

export const logo = html`<img src="/mark.svg" alt="" width="28" height="28" />`;
