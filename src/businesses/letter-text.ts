import { escapeHtml } from '../cards/handlebars.ts';
import { directionOf } from '../cards/script.ts';

/** A letter as plain words: a heading, and paragraphs; what somebody else wrote is a quotation. */
export interface LetterText {
  subject: string;
  title: string;
  parts: readonly LetterPart[];
  /** Whom it goes to, when that is not the person in charge. */
  to?: { name?: string; address: string };
  /** What it is instead of a heading and paragraphs, where it was made elsewhere. */
  card?: { html: string; text: string };
}

type LetterPart = string | { quote: string } | { link: string; label: string };

/** The same letter as text and as HTML; nothing in it can become markup. */
export function renderLetter({ title, parts, card }: LetterText, language: string): { text: string; html: string } {
  if (card) return card;
  const text = [title, ...parts.map(plain)].join('\n\n');
  return { text: `${text}\n`, html: page({ language, title, body: parts.map(paragraph).join('\n') }) };
}

function plain(part: LetterPart): string {
  if (typeof part === 'string') return part;
  return 'link' in part ? `${part.label}:\n${part.link}` : quoted(part.quote);
}

function quoted(words: string): string {
  return words
    .split(/\r\n?|\n/)
    .map((line) => `> ${line}`)
    .join('\n');
}

function paragraph(part: LetterPart): string {
  if (typeof part === 'object' && 'link' in part) return button(part);
  const words = lines(typeof part === 'string' ? part : part.quote);
  const style = 'margin:0 0 16px;padding:12px 18px;border-radius:10px;background:#f6ece4;font-style:italic';
  return typeof part === 'string'
    ? `<p style="margin:0 0 16px">${words}</p>`
    : `<blockquote dir="auto" style="${style}">${words}</blockquote>`;
}

function button({ link, label }: { link: string; label: string }): string {
  const style =
    'display:inline-block;padding:14px 26px;border-radius:12px;background:#a83f28;color:#ffffff;font-weight:600;text-decoration:none';
  return `<p style="margin:24px 0"><a href="${escapeHtml(link)}" style="${style}">${escapeHtml(label)}</a></p>`;
}

function lines(words: string): string {
  return escapeHtml(words).replaceAll(/\r\n?|\n/g, '<br>');
}

function page({ language, title, body }: { language: string; title: string; body: string }): string {
  const font = "font:17px/27px system-ui,-apple-system,'Segoe UI',Arial,sans-serif";
  return `<!doctype html>
<html lang="${escapeHtml(language)}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
</head>
<body style="margin:0;padding:24px 16px;${font}">
<div style="max-width:560px;margin:0 auto">
<h1 style="margin:0 0 20px;font-size:24px;line-height:32px">${escapeHtml(title)}</h1>
${body}
</div>
</body>
</html>
`;
}
