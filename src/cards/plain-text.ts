import { compile } from 'html-to-text';

/** The card's words without its looks: headings and paragraphs apart, each link's address after its words, what only adorns left out. */
export const htmlToPlainText = compile({
  wordwrap: false,
  baseElements: { selectors: ['body'] },
  limits: { maxInputLength: 1_000_000 },
  formatters: {
    link: (element, walk, builder) => {
      walk(element.children, builder);
      const href = (element.attribs as Record<string, string> | undefined)?.['href'];
      if (href) builder.addInline(`: ${href}`, { noWordTransform: true });
    },
  },
  selectors: [
    { selector: '[aria-hidden=true]', format: 'skip' },
    { selector: '.art', format: 'skip' },
    { selector: 'img', format: 'skip' },
    { selector: 'hr', format: 'skip' },
    { selector: 'a', format: 'link' },
    { selector: 'div', format: 'block', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
      selector,
      format: 'heading',
      options: { uppercase: false, leadingLineBreaks: 2, trailingLineBreaks: 2 },
    })),
  ],
});
