import { escapeHtml } from '../cards/handlebars.ts';

/** A letter as plain words: a heading, and paragraphs; what somebody else wrote is a quotation. */
export interface LetterText {
  subject: string;
  title: string;
  parts: readonly (string | { quote: string })[];
}

/** The same letter as text and as HTML; nothing in it can become markup. */
export function renderLetter({ title, parts }: LetterText, language: string): { text: string; html: string } {
  const text = [title, ...parts.map((part) => (typeof part === 'string' ? part : quoted(part.quote)))].join('\n\n');
  return { text: `${text}\n`, html: page({ language, title, body: parts.map(paragraph).join('\n') }) };
}

function quoted(words: string): string {
  return words
    .split(/\r\n?|\n/)
    .map((line) => `> ${line}`)
    .join('\n');
}

function paragraph(part: string | { quote: string }): string {
  const words = lines(typeof part === 'string' ? part : part.quote);
  const style = 'margin:0 0 16px;padding:12px 18px;border-radius:10px;background:#f6ece4;font-style:italic';
  return typeof part === 'string'
    ? `<p style="margin:0 0 16px">${words}</p>`
    : `<blockquote dir="auto" style="${style}">${words}</blockquote>`;
}

function lines(words: string): string {
  return escapeHtml(words).replaceAll(/\r\n?|\n/g, '<br>');
}

function page({ language, title, body }: { language: string; title: string; body: string }): string {
  const direction = ['ar', 'he', 'fa', 'ur'].includes(language.split('-')[0] ?? '') ? 'rtl' : 'ltr';
  const font = "font:17px/27px system-ui,-apple-system,'Segoe UI',Arial,sans-serif";
  return `<!doctype html>
<html lang="${escapeHtml(language)}" dir="${direction}">
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
