import { describe, expect, test } from 'vitest';
import { compileCard } from '../../src/cards/compile.ts';
import { compilePiece, design, must, sentences, WORDS } from './cards.ts';

const inText = (words: string): string => `<mj-text>${words}</mj-text>`;

describe('a field that is wrong is named, with its line and what to do', () => {
  test.each([
    ['{{customer.firstNam}}', 'Line 5: customer.firstNam is not a field; did you mean customer.firstName?'],
    ['{{firstName}}', 'Line 5: firstName is not a field; did you mean customer.firstName?'],
    ['{{Customer.First_Name}}', 'did you mean customer.firstName?'],
    ['{{shoeSize}}', 'Line 5: shoeSize is not a field.'],
    ['{{survey.answers}}', 'survey.answers is a list: write {{#each survey.answers}}…{{/each}}.'],
    ['{{customer.consented}}', 'is a yes or no'],
    ['{{#each customer.name}}x{{/each}}', 'customer.name is not a list.'],
    ['{{#each survey.answers}}{{customer.name}}{{/each}}', 'Inside the answers, write ../customer.name.'],
    ['{{#each survey.answers}}{{labl}}{{/each}}', 'labl is not a field; did you mean label?'],
    ['{{#if customer.name}}x', 'The braces here do not fit together.'],
    ['{{customer.name', 'The braces here do not fit together'],
    ['{{#if customer.name}}x{{/each}}', 'The braces here do not fit together.'],
    ['{{fallback customer.name}}', 'Write {{fallback field "other words"}}.'],
    ['{{plural years one="year"}}', 'needs at least other'],
    ['{{shout customer.name}}', '“shout” is not something a card can do.'],
    ['[[greeting]]', 'The words have no “greeting” for [[greeting]].'],
  ])('%s', async (piece, sentence) => {
    expect(sentences(await compilePiece(inText(piece)))).toContain(sentence);
  });

  test('in the words it names the word', async () => {
    expect(sentences(await compilePiece(inText('[[headline]]'), { headline: 'Dear {{customer.fristName}}' }))).toBe(
      'In the words "headline": customer.fristName is not a field; did you mean customer.firstName?',
    );
  });

  test('a field that some customers lack is named, and a fallback settles it', async () => {
    const bare = await compilePiece(inText('Dear {{customer.firstName}}'));
    expect(bare).toMatchObject({ ok: true, card: { required: ['customer.firstName'] } });
    expect(bare.ok && bare.warnings[0]?.message).toContain('Customers without customer.firstName will not get this card.');
    for (const piece of [
      'Dear {{fallback customer.firstName "friend"}}',
      '{{#if customer.firstName}}{{customer.firstName}}{{/if}}',
      '{{#unless customer.firstName}}you{{else}}{{customer.firstName}}{{/unless}}',
    ])
      expect(await compilePiece(inText(piece))).toMatchObject({ ok: true, warnings: [], card: { required: [] } });
  });

  test('subject and preheader cannot be left out', async () => {
    const made = await compileCard({ mjml: design(inText('Hi')), words: {}, language: 'en' });
    expect(sentences(made)).toMatch(/"subject".*\n.*"preheader"/);
  });
});

describe('what MJML would lose or change in silence is refused aloud', () => {
  test.each([
    ['a block between components', '{{#if years}}<mj-text>x</mj-text>{{/if}}', '{{#if years}} would be lost here.'],
    ['a field between components', '{{customer.name}}', 'would be lost here.'],
    ['words between components', 'Hello', 'would be lost here. Put it inside mj-text.'],
    ['a field in a colour', '<mj-text color="{{customer.name}}">x</mj-text>', 'A field cannot stand in color'],
    ['a field in a style', '<mj-text><p style="color:{{customer.name}}">x</p></mj-text>', 'A field cannot stand in style'],
    ['an include', '<mj-include path="/etc/passwd" />', 'mj-include is not allowed: a card cannot take in other files.'],
    ['an include in words', '<mj-text><mj-include path="./x.mjml" /></mj-text>', 'mj-include is not allowed'],
    ['a component that is not known', '<mj-carousel></mj-carousel>', '<mj-carousel> is not allowed in a card.'],
    ['an attribute that is not known', '<mj-text colour="#000000">x</mj-text>', 'Line 5: mj-text: Attribute colour is illegal'],
    ['a component in the wrong place', '<mj-section></mj-section>', 'mj-section'],
    [
      'a block across components',
      '<mj-text>{{#if years}}</mj-text><mj-text>{{/if}}</mj-text>',
      'opens in one part of the card and goes on in another',
    ],
  ])('%s', async (_, piece, sentence) => {
    expect(sentences(await compilePiece(piece))).toContain(sentence);
  });

  test('a block may hold whole components when it stands in mj-raw beside them', async () => {
    const piece = '<mj-raw>{{#if years}}</mj-raw><mj-text>{{years}} years</mj-text><mj-raw>{{/if}}</mj-raw>';
    expect(must(await compilePiece(piece)).html).toMatch(/\{\{#if years\}\}[\s\S]*\{\{years\}\}[\s\S]*\{\{\/if\}\}/);
  });

  test('lines are counted as they were written, comments and all', async () => {
    expect(sentences(await compilePiece('<!-- one\ntwo -->\n<mj-text>{{nobody}}</mj-text>'))).toContain('Line 7: nobody');
  });
});

describe('nothing that runs, fetches or hides gets in', () => {
  test.each([
    ['a script', inText('<script>alert(1)</script>')],
    ['a script in mj-raw', '<mj-raw><script>alert(1)</script></mj-raw>'],
    ['a script in capitals', '<mj-raw><SCRIPT>alert(1)</SCRIPT></mj-raw>'],
    ['a frame', '<mj-raw><iframe src="https://x.example"></iframe></mj-raw>'],
    ['a form', '<mj-raw><form></form></mj-raw>'],
    ['a handler', inText('<b onclick="alert(1)">x</b>')],
    ['a handler without quotes', inText('<b onclick=alert(1)>x</b>')],
    ['a handler on a component', '<mj-text onclick="alert(1)">x</mj-text>'],
    ['a javascript link', inText('<a href="javascript:alert(1)">x</a>')],
    ['a disguised javascript link', inText('<a href="java&#115;cript:alert(1)">x</a>')],
    ['a javascript button', '<mj-button href=" javascript:alert(1)">x</mj-button>'],
    ['a data link', inText('<a href="data:text/html,x">x</a>')],
    ['a half link', inText('<a href="https://x.example/?n={{customer.name}}">x</a>')],
    ['a name as a link', inText('<a href="{{customer.name}}">x</a>')],
    ['a remote image', '<mj-image src="https://x.example/a.png" alt="" />'],
    ['an inline remote image', inText('<img src="https://x.example/a.png" alt="">')],
    ['a remote background', '<mj-text><p style="background:url(https://x.example/a.png)">x</p></mj-text>'],
    ['a section background', '<mj-text container-background-color="url(//x.example)">x</mj-text>'],
    ['an escaped background', '<mj-text><p style="background:u\\72l(//x.example)">x</p></mj-text>'],
    ['a background spelt with an entity', inText('<p style="background:u&#114;l(//x.example)">x</p>')],
    ['an entity without its end', '<mj-text font-family="u&#114l(//x.example)">x</mj-text>'],
    ['a sign spelt with an entity', inText('<p style="background:&lpar;">x</p>')],
    ['style smuggled in a font', `<mj-text font-family="x;background:url('//x.example')">x</mj-text>`],
    ['a conditional comment', inText('<!--[if mso]><b>x</b><![endif]-->')],
    ['a comment that never ends', inText('<!-- x')],
    ['a tag that never ends', inText('<div>x')],
    ['a closing tag too many', inText('x</div>')],
    ['a crooked tag', inText('<b/onclick=1>x')],
    ['an attribute twice', inText('<a href="https://a.example" href="https://b.example">x</a>')],
    ['a part laid over', inText('<p style="position:fixed">x</p>')],
    ['mj-html-attributes', '<mj-html-attributes></mj-html-attributes>'],
    ['an image without words', '<mj-image src="x" />'],
    ['a footer class', inText('<p class="fondly-footer">x</p>')],
    ['a title of its own', '<mj-title>x</mj-title>'],
    ['entities that become braces', inText('&#123;&#123;customer.name}}')],
    ['entities that become both braces', inText('&#123;&#123;customer.name&#125;&#125;')],
    ['a backslash before braces', inText('\\{{customer.name}}')],
    ['a hidden backslash before braces', inText('&#92;{{customer.name}}')],
  ])('%s', async (_, piece) => {
    expect(await compilePiece(piece)).toMatchObject({ ok: false });
  });

  test.each([
    ['a remote font', '<mj-font name="X" href="https://x.example/f.css" />', 'mj-font is not allowed'],
    ['an import', '<mj-style>@import "https://x.example/a.css";</mj-style>', 'cannot stand in a card'],
    ['a font face', '<mj-style>@font-face { font-family: x; }</mj-style>', 'cannot stand in a card'],
    ['a rule on everything', '<mj-style>* { display: none; }</mj-style>', 'start with a class'],
    ['a rule on the body', '<mj-style>body table { display: none; }</mj-style>', 'start with a class'],
    ['a rule on the footer', '<mj-style>.fondly-footer { display: none; }</mj-style>', 'start with a class'],
    ['a rule on what follows', '<mj-style>.card ~ table { display: none; }</mj-style>', 'start with a class'],
    ['a rule behind a comma', '<mj-style>.card, td { display: none; }</mj-style>', 'start with a class'],
    ['a rule in @media', '<mj-style>@media (min-width: 1px) { table { display: none; } }</mj-style>', 'start with a class'],
    ['the ground hidden', '<mj-style>.page { display: none; }</mj-style>', 'only its background'],
    ['what stands on the ground hidden', '<mj-style>.page table { display: none; }</mj-style>', 'only its background'],
    ['the end of a style', '<mj-style>.a { color: red; }</style><script></mj-style>', 'Scripts are not allowed'],
    ['a brace left open', '<mj-style>@media (min-width: 1px) { .a { color: red; }</mj-style>', 'do not fit together'],
    ['raw in the head', '<mj-raw><meta></mj-raw>', 'mj-raw must stand inside mj-body'],
    [
      'raw before the document',
      '</mj-head><mj-raw position="file-start"><b>x</b></mj-raw><mj-head>',
      'mj-raw must stand inside mj-body',
    ],
  ])('%s', async (_, head, sentence) => {
    expect(sentences(await compilePiece(inText('x'), {}, head))).toContain(sentence);
  });
});

describe('the public attacks on Handlebars are refused', () => {
  test.each([
    '{{{customer.name}}}',
    '{{& customer.name}}',
    '{{> partial}}',
    '{{> (lookup . "x")}}',
    '{{#> layout}}x{{/layout}}',
    '{{#*inline "x"}}y{{/inline}}{{> x}}',
    '{{* decorator}}',
    '{{lookup customer "constructor"}}',
    '{{log customer.name}}',
    '{{@root.customer.name}}',
    '{{@index}}',
    '{{this}}',
    '{{.}}',
    '{{constructor}}',
    '{{__proto__}}',
    '{{customer.__proto__.polluted}}',
    '{{customer.constructor.name}}',
    '{{#with customer as |c|}}{{c.name}}{{/with}}',
    '{{#each survey.answers as |a|}}{{a.label}}{{/each}}',
    '{{#each survey.answers}}{{#each ../survey.answers}}x{{/each}}{{/each}}',
    '{{#customer}}{{name}}{{/customer}}',
    '{{^customer}}x{{/customer}}',
    '{{helperMissing}}',
    '{{blockHelperMissing}}',
    '{{#blockHelperMissing customer.name}}x{{/blockHelperMissing}}',
    '{{if (lookup customer "name") "x"}}',
    '{{fallback (log 1) "x"}}',
    '{{fallback customer.name "<script>"}}',
    '{{lines customer.name x=1}}',
    '{{{{raw}}}}x{{{{/raw}}}}',
    '{{"customer.name"}}',
    '{{#with "s" as |string|}}{{#with "e"}}{{#with split as |conslist|}}{{this.pop}}{{this.push (lookup string.sub "constructor")}}{{/with}}{{/with}}{{/with}}',
    '{{#with (split "" "") as |a|}}{{a.constructor.constructor "return process"}}{{/with}}',
    '{{../customer.name}}',
    '{{customer/../business.name}}',
    '{{env "SECRET_KEY"}}',
  ])('%s', async (attack) => {
    expect(await compilePiece(inText(attack))).toMatchObject({ ok: false });
    expect(await compilePiece(inText('[[headline]]'), { headline: attack })).toMatchObject({ ok: false });
    expect(await compilePiece(inText('x'), { subject: attack })).toMatchObject({ ok: false });
  });

  test('a syntax tree in place of a source', async () => {
    const tree = { type: 'Program', body: [] } as unknown as string;
    expect(await compileCard({ mjml: tree, words: WORDS, language: 'en' })).toMatchObject({ ok: false });
    expect(await compilePiece(inText('[[headline]]'), { headline: tree })).toMatchObject({ ok: false });
  });
});

test('a footer that nobody has translated stands in English, and that is said', async () => {
  const source = { mjml: design(inText('Hoi')), words: WORDS, language: 'nl' };
  const english = await compileCard(source);
  expect(must(english).text).toContain('You are getting this card because');
  expect(english).toMatchObject({ warnings: [{ where: 'footerWhy' }] });
  const own = await compileCard({
    ...source,
    words: {
      ...WORDS,
      footerWhy: 'Omdat u klant bent van {{business.name}}.',
      footerView: 'Bekijk online',
      footerChoose: 'Kies wat u krijgt',
      footerUnsubscribe: 'Geen kaarten meer',
    },
  });
  expect(own).toMatchObject({ ok: true, warnings: [] });
  expect(must(own).text).toContain('Geen kaarten meer: {{links.unsubscribe}}');
});

test('words never become markup', async () => {
  const card = must(await compilePiece(inText('[[headline]]'), { headline: '<b onclick="x()">Hi</b>\n& more' }));
  expect(card.html).toContain('&lt;b onclick&#x3D;&quot;x()&quot;&gt;Hi&lt;/b&gt;<br />&amp; more');
  expect(card.text).toContain('<b onclick="x()">Hi</b>\n& more');
});

test('a link may come from the words, if it is one', async () => {
  const button = '<mj-button href="[[shopLink]]">[[headline]]</mj-button>';
  expect(must(await compilePiece(button, { shopLink: 'https://rosaandfern.example/book' })).html).toContain(
    'href="https://rosaandfern.example/book"',
  );
  expect(sentences(await compilePiece(button, { shopLink: 'javascript:alert(1)' }))).toContain('This is a link’s address.');
  expect(await compilePiece(button, { shopLink: '{{customer.name}}' })).toMatchObject({ ok: false });
});

test('only the shop’s own logo is shown, and its name stands for it', async () => {
  const source = { mjml: design('[[logo]]<mj-text>x</mj-text>'), words: WORDS, language: 'en' };
  expect(must(await compileCard(source)).html).not.toContain('<img');
  const shown = must(await compileCard({ ...source, look: { logoUrl: 'https://cards.example/logo/1.png' } }));
  expect(shown.html).toMatch(/<img[^>]*alt="\{\{business\.name\}\}"[^>]*src="https:\/\/cards\.example\/logo\/1\.png"/);
  expect(await compileCard({ ...source, look: { logoUrl: 'javascript:alert(1)' } })).toMatchObject({ ok: false });
});

test('the shop’s colours are settled at publishing, and what stands on them can be read', async () => {
  const mjml = design(
    '<mj-button background-color="[[colour.accent|#c8553d]]" color="[[colour.onAccent|#ffffff]]">x</mj-button>',
  );
  const source = { mjml, words: WORDS, language: 'en' };
  expect(must(await compileCard(source)).html).toMatch(/#c8553d[\s\S]*#ffffff/);
  const pale = must(await compileCard({ ...source, look: { colours: { accent: '#f7e08a' } } }));
  expect(pale.html).toMatch(/#f7e08a/);
  expect(pale.html).toContain('color:#2b2623');
  expect(await compileCard({ ...source, look: { colours: { accent: 'red;}' } } })).toMatchObject({ ok: false });
});

test('a card too large for a mailbox is refused', async () => {
  expect(sentences(await compilePiece(inText('x '.repeat(50_000))))).toContain('larger than 90 KB');
  expect(sentences(await compilePiece(inText('x'.repeat(300_000))))).toContain('larger than 200 KB');
});

test('5,000 parts inside each other are refused, and soon', async () => {
  const deep = '<div>'.repeat(5_000) + '</div>'.repeat(5_000);
  expect(sentences(await compilePiece(inText(deep)))).toContain('too deep');
  const many = '<b>x</b>'.repeat(5_000);
  expect(sentences(await compilePiece(inText(many)))).toContain('too many');
  const blocks = '{{#if years}}'.repeat(3_000) + '{{/if}}'.repeat(3_000);
  expect(sentences(await compilePiece(inText(blocks)))).toContain('at most 500 fields');
  expect(sentences(await compilePiece(inText('{{#if years}}'.repeat(20) + '{{/if}}'.repeat(20))))).toContain(
    'blocks inside each other',
  );
});

test.each(['<!--', '{{!--', '{{!', '{{', '{{"', '[[', '<b ', '<', '&#', '/*', '.a.a', 'url('])(
  '190 KB of %s are answered at once',
  async (sign) => {
    const start = performance.now();
    const long = sign.repeat(Math.floor(190_000 / sign.length));
    expect(await compilePiece(inText(long))).toMatchObject({ ok: false });
    expect(await compilePiece(inText('x'), {}, `<mj-style>.a { color: red } ${long} { color: red }</mj-style>`)).toMatchObject({
      ok: false,
    });
    expect(performance.now() - start).toBeLessThan(20_000);
  },
);

test('no sentence names a folder of this machine', async () => {
  const pieces = [
    '<mj-text colour="x">x</mj-text>',
    '<mj-include path="./x" />',
    '<mj-section></mj-section>',
    '<mj-text',
    '{{#if',
  ];
  for (const piece of pieces) expect(sentences(await compilePiece(piece))).not.toContain(process.cwd());
});

describe('a field that the customer would read as it stands is refused', () => {
  test.each([
    ['Dear {customer.firstName}}', 'do not fit together'],
    ['Dear {customer.firstName}', '“{customer.firstName}” would stand in the card as it is. Write {{customer.firstName}}.'],
    ['Dear { firstName }', 'Write {{customer.firstName}}.'],
    ['Dear *|FNAME|*', 'Write {{customer.firstName}}.'],
    ['Dear [FIRST NAME]', 'Write {{customer.firstName}}.'],
  ])('%s', async (headline, sentence) => {
    expect(sentences(await compilePiece(inText('[[headline]]'), { headline }))).toContain(sentence);
    if (!headline.includes('[')) expect(sentences(await compilePiece(inText(headline)))).toMatch(/as it is|do not fit/);
  });

  test('and braces that mean nothing may stand', async () => {
    expect(sentences(await compilePiece(inText('[[headline]]'), { headline: 'A set {a, b}, {1}, {} and {xyz}' }))).toBe('');
  });
});
