import { contrast } from './look.ts';
import { type Words, wordsToHtml, wordsToLine } from './words.ts';

/**
 * Who writes, why, and how to end it: outside the card's own part of the page, so that no design reaches it. It stands on the
 * card's ground, in an ink that can be read there by day and by night.
 */
export function footerHtml(words: Words, mjml: string): string {
  const ground = /<mj-body[^>]*background-color="(#[0-9a-fA-F]{6})"/.exec(mjml)?.[1] ?? '#ffffff';
  const ink = ['#5f5953', '#3a3632', '#1c1a18'].find((colour) => contrast(ground, colour) >= 5) ?? '#ffffff';
  const font =
    "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:14px;line-height:22px";
  const link = `class="fondly-link" style="color:${ink};text-decoration:underline;display:inline-block;padding:6px 4px"`;
  const cell = `class="fondly-cell" align="center" style="background:${ground};color:${ink};padding:8px 24px 36px;text-align:center;overflow-wrap:anywhere;${font}"`;
  // Positioned, and last on the page: whatever a design pulls down over it lies beneath.
  return `<table role="presentation" class="fondly-footer" width="100%" border="0" cellpadding="0" cellspacing="0" style="position:relative;background:${ground};width:100%"><tr><td ${cell}>
<p dir="auto" style="margin:0 auto 10px;max-width:440px;text-wrap:balance">{{business.name}}<br />{{lines business.postalAddress}}</p>
<p style="margin:0 auto 10px;max-width:440px;text-wrap:balance">${wordsToHtml(words['footerWhy'] ?? '')}</p>
{{#if links.preferences}}<p style="margin:0"><a href="{{links.preferences}}" ${link}>${wordsToHtml(words['footerChoose'] ?? '')}</a></p>{{/if}}
<p style="margin:0"><a href="{{links.view}}" ${link}>${wordsToHtml(words['footerView'] ?? '')}</a> &middot; <a href="{{links.unsubscribe}}" ${link}>${wordsToHtml(words['footerUnsubscribe'] ?? '')}</a></p>
</td></tr></table>`;
}

/** The ground and the footer by night, where the card says what its `.page` is then; else both stay as by day. */
export function nightStyle(mjml: string): string {
  const dark = mjml.slice(mjml.search(/prefers-color-scheme:\s*dark/)).slice(1);
  const night = /\.page\s*\{\s*background(?:-color)?:\s*(#[0-9a-fA-F]{6})/.exec(dark)?.[1];
  if (!night) return '';
  const ink = ['#b9b2aa', '#ffffff', '#1c1a18'].find((colour) => contrast(night, colour) >= 5) ?? '#000000';
  return `@media (prefers-color-scheme:dark){.page,.page>div,.fondly-footer,.fondly-cell{background:${night} !important}.fondly-cell,.fondly-link{color:${ink} !important}}`;
}

export function footerText(words: Words): string {
  return `

* * *

{{business.name}}
{{lines business.postalAddress}}

${wordsToLine(words['footerWhy'] ?? '')}

${wordsToLine(words['footerView'] ?? '')}: {{links.view}}
{{#if links.preferences}}${wordsToLine(words['footerChoose'] ?? '')}: {{links.preferences}}
{{/if}}${wordsToLine(words['footerUnsubscribe'] ?? '')}: {{links.unsubscribe}}
`;
}
