/** A source of whole designs with their words, the same for the same seed: most look like a card, with something hostile in some place. */
export function designer(seed: number, file: string): () => { mjml: string; words: Record<string, string> } {
  const random = mulberry(seed);
  let tameness = 1;
  const grammar = { ...RULES, file: [file, file.replaceAll('/', '&#47;'), `file://${file}`] };
  const make = (rule: string, depth = 0): string => {
    const choices = grammar[rule as keyof typeof grammar] as readonly string[] | undefined;
    if (!choices || depth > 9) return '';
    const choice = choices[Math.floor(random() ** tameness * choices.length)] ?? '';
    return choice.replaceAll(/<(\w+)>/g, (whole, name: string) => (name in grammar ? make(name, depth + 1) : whole));
  };
  return () => {
    // The harmless choices stand first in each rule: the tamer, the more of a design is of those.
    tameness = 1 + Math.floor(random() * 2.3);
    const words = {
      subject: make('subject'),
      preheader: 'x',
      headline: make('words'),
      message: make('words'),
      link: make('address'),
    };
    const source = { mjml: make('card'), words: random() < 0.03 ? odd(words, random) : words };
    return random() < 0.15 ? { ...source, mjml: torn(source.mjml, random) } : source;
  };
}

function odd(words: Record<string, string>, random: () => number): Record<string, string> {
  const names = ['__proto__', 'constructor', 'toString', 'prototype', 'footerWhy', 'a b', 'x'.repeat(99)];
  return JSON.parse(JSON.stringify({ ...words, [`${names[Math.floor(random() * names.length)]}`]: 'x' })) as Record<
    string,
    string
  >;
}

/** A piece cut out, doubled or moved. */
function torn(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const piece = text.slice(at, at + Math.floor(random() * 40));
  const to = Math.floor(random() * text.length);
  const rest = text.slice(0, at) + text.slice(at + piece.length);
  return (
    [rest, text.slice(0, at) + piece + text.slice(at), rest.slice(0, to) + piece + rest.slice(to)][Math.floor(random() * 2.3)] ??
    rest
  );
}

/** Small, quick and good enough (Tommy Ettinger's mulberry32). */
export function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

// <name> is a rule; every other "<" stands for itself. What is said twice is chosen twice as often.
const RULES = {
  card: [
    '<mjml><mj-body><section></mj-body></mjml>',
    '<mjml><mj-body><section></mj-body></mjml>',
    '<mjml><mj-body><section><section></mj-body></mjml>',
    '<mjml><mj-head><head></mj-head><mj-body css-class="page" background-color="<colour>"><section></mj-body></mjml>',
    '<mjml><mj-head><head></mj-head><mj-body><section></mj-body></mjml>',
    '<mjml><mj-body><hostile></mj-body></mjml>',
  ],
  section: [
    '<mj-section><mj-column><parts></mj-column></mj-section>',
    '<mj-section <style>><mj-column><parts></mj-column></mj-section>',
    '<mj-wrapper><mj-section><mj-column><parts></mj-column></mj-section></mj-wrapper>',
    '<mj-section><mj-group><mj-column><parts></mj-column><mj-column><parts></mj-column></mj-group></mj-section>',
  ],
  parts: ['<part>', '<part>', '<part><part>', '<part><part><part>'],
  part: [
    '<mj-text><inside></mj-text>',
    '<mj-text><inside></mj-text>',
    '<mj-text <style>><inside></mj-text>',
    '<mj-button href="<address>"><text></mj-button>',
    '<mj-image src="<source>" alt="<spoken>" />',
    '<mj-raw><inside></mj-raw>',
    '<mj-raw>{{#if <field>}}</mj-raw><part><mj-raw>{{/if}}</mj-raw>',
    '<mj-spacer height="<size>" />',
    '<mj-divider border-color="<colour>" />',
    '<mj-table><tr><td><text></td></tr></mj-table>',
    '<hostile>',
  ],
  inside: ['<text>', '<text>', '<text><text>', '<tag>', '<tag><text>', '<block>', '<block>', '<hostile>'],
  text: [
    'Hello',
    '[[headline]]',
    '[[message]]',
    '<expression>',
    '<expression>',
    'Grüße 🌷',
    '&amp;',
    'a &lt; b',
    '\n',
    '<braces>',
  ],
  tag: [
    '<p><inside></p>',
    '<p style="<css>"><inside></p>',
    '<a href="<address>"><text></a>',
    '<div class="<class>"><inside></div>',
    '<b><inside></b>',
    '<h1 dir="auto" title="<spoken>"><text></h1>',
    '<table role="presentation"><tr><td><inside></td></tr></table>',
    '<img src="<source>" alt="<spoken>">',
    '<br />',
  ],
  block: [
    '{{#if <field>}}<text>{{/if}}',
    '{{#if <field>}}<text>{{else}}<text>{{/if}}',
    '{{#unless <field>}}<text>{{/unless}}',
    '{{#each survey.answers}}<answer>{{/each}}',
    '{{#if <field>}}<block>{{/if}}',
    '{{#each <path>}}<text>{{/each}}',
    '{{#<path>}}<text>{{/<path>}}',
  ],
  answer: [
    '{{label}}',
    '<a href="{{url}}">{{label}}</a>',
    '{{value}} {{../customer.name}}',
    '{{#if ../years}}{{label}}{{/if}}',
    '<expression>',
    '<block>',
  ],
  expression: [
    '{{<field>}}',
    '{{fallback <field> "you"}}',
    '{{fallback <field> "<braces>"}}',
    '{{lines <field>}}',
    '{{plural <field> one="# year" other="# years"}}',
    '{{ordinal <field> one="st" two="nd" few="rd" other="th"}}',
    '{{vocative <field>}}',
    '{{~<field>~}}',
    '{{<path>}}',
    '{{{<field>}}}',
    '{{&<field>}}',
    '{{<helper> <path> <value>}}',
    '{{> <path>}}',
    '{{#> <path>}}<text>{{/<path>}}',
    '{{* <path>}}',
    '{{#*inline "x"}}<text>{{/inline}}',
    '{{!-- <text> --}}',
    '{{{{<path>}}}}<text>{{{{/<path>}}}}',
  ],
  field: [
    'customer.firstName',
    'customer.firstName',
    'customer.name',
    'business.name',
    'date.years',
    'years',
    'personalLine',
    'purchase.category',
    'survey.question',
    'business.postalAddress',
    'links.view',
    'occasion.name',
  ],
  path: [
    'secret',
    'this',
    '.',
    '@root',
    '@root.secret',
    '@key',
    'constructor',
    '__proto__',
    'customer.constructor',
    'customer.__proto__.x',
    'customer.[constructor]',
    '../../secret',
    'lookup',
    'process',
    'globalThis.fondlyCanary',
    'env',
    '@partial-block',
    'toString',
    '["x"]',
    'customer/../secret',
    '<field>',
  ],
  helper: [
    'lookup',
    'log',
    'with',
    'each',
    'if',
    'helperMissing',
    'blockHelperMissing',
    'env',
    'include',
    'constructor',
    'fallback',
    'plural',
    'hasOwnProperty',
  ],
  value: [
    '"constructor"',
    'this',
    '1',
    'true',
    '(lookup this "constructor")',
    '(<helper> <path>)',
    'x=<path>',
    'as |a|',
    '"x" y="z"',
    '',
  ],
  braces: [
    '{{',
    '}}',
    '{',
    '}',
    '[[',
    ']]',
    '&#123;&#123;secret}}',
    '\\',
    '\\{{secret}}',
    '{{"',
    "{{'",
    '&lbrace;&lbrace;secret',
    '\u0000',
    '\u2028',
    '\ud800',
    'fondlyhole0x',
    '{{{{',
  ],
  address: [
    'https://x.example',
    'https://x.example',
    'mailto:a@x.example',
    '{{links.view}}',
    '{{links.unsubscribe}}',
    '[[link]]',
    '{{url}}',
    'javascript:alert(1)',
    'java&#115;cript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    '//x.example',
    'https://x.example/{{customer.name}}',
    '{{customer.name}}',
    'https://x.example/" onclick="x()',
    'https:javascript:alert(1)',
    '[[headline]]',
  ],
  source: [
    '[[logo]]',
    '{{links.pictures}}a-1234abcd.png',
    '{{links.pictures}}../x.png',
    'https://evil.example/x.png',
    'cid:x',
    'data:image/png;base64,x',
    '{{links.view}}',
    'x" onerror="alert(1)',
    '<file>',
    '[[art.garden]]',
    '[[art.none]]',
  ],
  spoken: [
    '',
    'A cake',
    '{{customer.name}}',
    '[[headline]]',
    '{{lines personalLine}}',
    '"><script>alert(1)</script>',
    "x' onload='y",
    '{{fallback customer.name "x"}}',
    '{{lines business.postalAddress}}',
    '&quot; onload=&quot;x',
  ],
  style: [
    'color="<colour>"',
    'font-size="<size>"',
    'padding="<size>"',
    'css-class="<class>"',
    'mj-class="<class>"',
    'font-family="<font>"',
    'align="[[start]]"',
    'background-url="<source>"',
    'onclick="x()"',
    'style="<css>"',
    'background-color="[[colour.accent|#c8553d]]" css-class="<class>"',
  ],
  colour: [
    '#c8553d',
    '#ffffff',
    '[[colour.accent|#c8553d]]',
    '[[colour.onAccent|#ffffff]]',
    '[[colour.constructor|#ffffff]]',
    'red',
    'url(//x)',
    '#fff;}</style>',
    '{{customer.name}}',
    'rgb(1,2,3)',
    '[[colour.x|',
  ],
  size: ['10px', '100%', '0', '-1px', '1px;position:fixed', 'calc(1px)', '99999999px', 'x'],
  font: ['Georgia, serif', "'Avenir Next', sans-serif", 'x;background:url(//x)', 'u&#114;l(//x)', 'x</style>', '\\75rl(x)'],
  class: ['headline', 'page', 'fondly-footer', '__proto__', 'constructor', 'a b', 'x"y', '[[headline]]'],
  css: [
    'color:#c8553d',
    'background:linear-gradient(#fff,#eee)',
    'background:url(//x)',
    'position:fixed',
    'position:/**/fixed',
    'width:expression(x)',
    'margin:-9px',
    'color:red;{}',
    '/*',
    'background:u\\72l(x)',
    'behavior:x',
    'z-index:9',
    'font-family:x&quot;y',
    'color:{{customer.name}}',
  ],
  head: [
    '<mj-style><sheet></mj-style>',
    '<mj-attributes><mj-all padding="0" /><mj-text color="<colour>" /></mj-attributes>',
    '<mj-attributes><mj-class name="<class>" color="<colour>" /></mj-attributes>',
    '<mj-breakpoint width="480px" />',
    '<mj-style inline="inline"><sheet></mj-style>',
    '<hostile>',
    '',
  ],
  sheet: [
    '.headline { color: #c8553d }',
    '@media (max-width: 480px) { .headline div { color: #c8553d } }',
    '.page { background: #ffffff }',
    '* { display: none }',
    '.fondly-footer { display: none }',
    '@import "x";',
    '.a { background: url(x) }',
    '.a{} </style><script>',
    '.a { color: red',
    '} .a {',
    '.page { display: none }',
    '.a, td { color: red }',
    '.a { content: "<" }',
    '@font-face { src: x }',
  ],
  hostile: [
    '<mj-include path="<file>" />',
    '<mj-include path="<file>" type="css" />',
    '<MJ-INCLUDE PATH="<file>"/>',
    '<script>alert(1)</script>',
    '<iframe src="https://x.example"></iframe>',
    '<mj-html-attributes><mj-selector path="p"><mj-html-attribute name="onclick">x</mj-html-attribute></mj-selector></mj-html-attributes>',
    '<mj-raw position="file-start"><text></mj-raw>',
    '<mj-font name="x" href="https://x.example" />',
    '<constructor>x</constructor>',
    '<svg onload="x()"></svg>',
    '<p onclick="x()"><text></p>',
    '<b/onclick=x>',
    '<!-- <text> -->',
    '<!--[if mso]><text><![endif]-->',
    '<![CDATA[<text>]]>',
    '<!DOCTYPE x [<!ENTITY y SYSTEM "<file>">]>&y;',
    '<mj-text><text>',
    '</mj-text></mj-column>',
    '<mj-preview><text></mj-preview>',
    '<style>.a{}</style>',
    '<braces>',
    '<base href="//x.example">',
    '<form><input></form>',
  ],
  words: [
    'Hello',
    'Hello',
    'Dear {{fallback customer.firstName "friend"}}',
    '{{#if years}}{{years}}{{/if}}',
    '<expression>',
    '<block>',
    '<b>bold</b> & "more"',
    '<script>alert(1)</script>',
    'two\nlines',
    '<braces>',
    '[[message]]',
    '{{lines personalLine}}',
  ],
  subject: [
    'Hello',
    'Hello, {{fallback customer.firstName "you"}}',
    'Hello',
    '<words>',
    '</title><script>alert(1)</script>',
    'a\nb: c',
    '<expression>',
  ],
} satisfies Record<string, readonly string[]>;
