import { createHash } from 'node:crypto';
import mjml2html from 'mjml';
import type { CardSource, Compiled } from './card.ts';
import { checkCard, checkCompiled, checkInput, checkSource } from './check.ts';
import { footerHtml, footerText, nightStyle } from './footer.ts';
import { cutHoles, type Cut, fillHoles } from './holes.ts';
import { applyLook } from './look.ts';
import { refusePage } from './final.ts';
import { htmlToPlainText } from './plain-text.ts';
import { type Problem, quoted, without } from './problems.ts';
import { MAX_HTML_BYTES, TOO_LARGE } from './render.ts';
import { directionOf, fitScript } from './script.ts';
import { tidy, warnFooter, withFooterWords, type Words, wordsToHtml, wordsToLine } from './words.ts';

/** MJML and words to the sources that are stored; once per version and language. MJML runs here, Handlebars only after it, so data never becomes markup. */
export async function compileCard(source: CardSource): Promise<Compiled> {
  const problems = checkInput(source);
  if (problems.length > 0) return { ok: false, problems };
  const key = hashOf([source.mjml, source.words, source.language, source.look ?? {}]);
  const compiled = known.get(key) ?? (await compileSource(source));
  known.delete(key);
  known.set(key, compiled);
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  return compiled;
}

// Each new business starts with the same cards in every language: some 50 KB each, compiled once while Fondly runs.
const MOST_KNOWN = 150;
const known = new Map<string, Compiled>();

async function compileSource(source: CardSource): Promise<Compiled> {
  const problems: Problem[] = [];
  const words = withFooterWords(source.words, source.language);
  const look = source.look ?? {};
  const looked = applyLook(withoutComments(source.mjml), look, directionOf(source.language));
  const cut = cutHoles(looked.mjml);
  const images = look.logoUrl === undefined ? [] : [look.logoUrl];
  problems.push(...looked.problems, ...checkSource(looked.mjml, cut, words, images));
  if (problems.length > 0) return { ok: false, problems: distinct(problems) };
  const made = await runMjml(cut, source.language);
  if (!made.ok) return made;
  const text = htmlToPlainText(made.html);
  problems.push(...checkCompiled(made.html, text, cut));
  if (problems.length > 0) return { ok: false, problems: distinct(problems) };
  const done = finish(source.language, words, cut, { html: made.html, text }, images);
  return done.ok ? { ...done, warnings: [...done.warnings, ...warnFooter(source.words, source.language)] } : done;
}

/** Comments go before anything is read: nothing in one can hide from the check. Lines keep their numbers. */
function withoutComments(mjml: string): string {
  const plain = tidy(mjml);
  return [['<!--', '-->'] as const, ['{{!--', '--}}'] as const, ['{{!', '}}'] as const].reduce(
    (text, [open, close]) => without(text, open, close),
    plain,
  );
}

async function runMjml(cut: Cut, language: string): Promise<{ ok: true; html: string } | { ok: false; problems: Problem[] }> {
  const direction = directionOf(language);
  const design = cut.design.replace(/<mjml(?=[\s>])[^>]*>/, `<mjml lang="${language}" dir="${direction}">`);
  try {
    const { html, errors } = await mjml2html(design, {
      fonts: {},
      keepComments: false,
      validationLevel: 'soft',
      ignoreIncludes: true,
    });
    if (errors.length === 0) return { ok: true, html: fitScript(html.replaceAll(/\n\s+/g, '\n'), language, direction) };
    return {
      ok: false,
      problems: errors.map(({ line, message, tagName }) => ({
        where: 'card',
        line,
        message: `${tagName}: ${spoken(message, cut)}`,
      })),
    };
  } catch {
    return {
      ok: false,
      problems: [
        { where: 'card', message: 'MJML could not read this card. See that it has <mjml>, <mj-body>, sections and columns.' },
      ],
    };
  }
}

/** MJML's own words, with the holes as they were written and without the folder that it names. */
function spoken(message: string, cut: Cut): string {
  const own = message.replaceAll(cut.token, (_, index: string) => cut.holes[Number(index)]?.source ?? '');
  return `${quoted(own.replaceAll(/(^|[\s(])\/[^\s)]*/g, '$1'))}.`;
}

function finish(
  language: string,
  words: Words,
  cut: Cut,
  made: { html: string; text: string },
  images: readonly string[],
): Compiled {
  const subject = wordsToLine(words['subject'] ?? '');
  const html = withFrame(
    fillHoles(made.html, cut, (hole) => (hole.word === undefined ? hole.source : wordsToHtml(words[hole.word] ?? ''))),
    words,
    cut,
  );
  const body = fillHoles(made.text, cut, (hole) => (hole.word === undefined ? hole.source : tidy(words[hole.word] ?? '')));
  const text = body + footerText(words);
  const refused = tooLarge(html) ?? refusePage(html, (address) => images.includes(address));
  if (refused) return { ok: false, problems: [{ where: 'card', message: refused }] };
  const hash = hashOf([language, subject, html, text]);
  const card = { language, subject, html, text, hash };
  const { problems, warnings, fields, required } = checkCard(card);
  return problems.length > 0
    ? { ok: false, problems: distinct(problems) }
    : { ok: true, card: { ...card, fields, required }, warnings };
}

/** Before anything reads it whole: words may stand in a design five hundred times. */
function tooLarge(html: string): string | undefined {
  return Buffer.byteLength(html) > MAX_HTML_BYTES ? TOO_LARGE : undefined;
}

/** What every card has around its design: title, colour scheme, the line that a mailbox shows first, and the footer. */
function withFrame(html: string, words: Words, cut: Cut): string {
  const head = `<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no"><meta name="x-apple-disable-message-reformatting"><style type="text/css">:root{color-scheme:light dark;supported-color-schemes:light dark}td,h1,h2,p,a{overflow-wrap:anywhere;word-break:break-word}h1,h2{text-wrap:balance}td,p{text-wrap:pretty}${nightStyle(cut.design)}</style></head>`;
  const hidden =
    'display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:transparent;mso-hide:all';
  const preheader = `<div style="${hidden}">${wordsToHtml(words['preheader'] ?? '', true)}${'&#847;&zwnj;&nbsp;'.repeat(60)}</div>`;
  return html
    .replace('<title></title>', () => `<title>${wordsToHtml(words['subject'] ?? '', true)}</title>`)
    .replace('</head>', () => head)
    .replace(/<body[^>]*>/, (body) => `${body}${preheader}`)
    .replace('</body>', () => `${footerHtml(words, cut.design)}</body>`);
}

function hashOf(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
