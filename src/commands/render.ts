import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Db } from '../businesses/commit.ts';
import type { CompiledCard } from '../cards/card.ts';
import { compileCard } from '../cards/compile.ts';
import { ANSWER_FIELDS, FIELDS, type MergeData, nearestField } from '../cards/fields.ts';
import { type GalleryCard, listGallery, readGalleryCard } from '../cards/gallery.ts';
import { describeProblem } from '../cards/problems.ts';
import { renderCard } from '../cards/render.ts';
import { findWording } from '../occasions/cards.ts';
import { withApp } from './run.ts';
import { checkFile, refuse } from './say.ts';

interface RenderOptions {
  data: string;
  language?: string;
  part: 'html' | 'text' | 'subject';
}

/** Prints one part of a card. What is not the customer's own (shop, links) is taken from the card's sample when the file leaves it out. */
export async function render(name: string, options: RenderOptions): Promise<void> {
  const given = await readData(options.data);
  const { card, sample } = await findCard(name, options.language ?? languageIn(given));
  const rendered = renderCard(card, { ...filledUp(given, sample), language: card.language });
  if (rendered.errors.length > 0) refuse(rendered.errors.map(({ sentence }) => sentence).join('\n'));
  process.stdout.write(rendered[options.part].replace(/\n?$/, '\n'));
}

type Given = Record<string, unknown>;

async function readData(file: string): Promise<Given> {
  await checkFile(file);
  // Some editors begin a file with a byte order mark, which is no JSON.
  const text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return refuse(`The file "${basename(file)}" is not JSON. It should look like {"customer": {"firstName": "Mia"}}.`);
  }
  if (!isObject(data)) return refuse('The data should be an object, like {"customer": {"firstName": "Mia"}}.');
  // A gallery card's sample.json holds its data beside its title.
  const given = isObject(data['data']) && typeof data['title'] === 'string' ? data['data'] : data;
  const unknown = unknownFields(given);
  return unknown.length === 0 ? given : refuse(unknown.join('\n'));
}

function unknownFields(given: Given): string[] {
  const paths = Object.entries(given).flatMap(([key, value]) =>
    isObject(value) ? Object.keys(value).map((inner) => `${key}.${inner}`) : [key],
  );
  const known = new Set([...FIELDS.map(({ path }) => path), 'survey.kind']);
  const survey = given['survey'];
  const answers = isObject(survey) && Array.isArray(survey['answers']) ? survey['answers'].filter(isObject) : [];
  const inAnswers = [...new Set(answers.flatMap(Object.keys))].filter((key) => !ANSWER_FIELDS.some(({ path }) => path === key));
  return [
    ...paths.filter((path) => !known.has(path)).map((path) => sentence(path, false)),
    ...inAnswers.map((path) => sentence(path, true)),
  ];
}

function sentence(path: string, inAnswer: boolean): string {
  const near = nearestField(path, inAnswer);
  return near === undefined
    ? `${path} is not a field. Take it out of the data.`
    : `${path} is not a field; did you mean ${near}?`;
}

function languageIn({ language }: Given): string | undefined {
  return typeof language === 'string' ? language : undefined;
}

interface Found {
  card: CompiledCard;
  sample: MergeData;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

async function findCard(name: string, language: string | undefined): Promise<Found> {
  if (UUID.test(name)) return withApp(({ db }) => publishedCard(db, name, language));
  const card = await readGalleryCard(name);
  if (card) return { card: await galleryCard(card, language), sample: card.sample };
  const names = (await listGallery()).map((entry) => entry.name);
  return refuse(`There is no card "${name}" in the gallery. There is: ${names.join(', ')}.`);
}

async function galleryCard(card: GalleryCard, language = 'en'): Promise<CompiledCard> {
  const chosen = [language, language.split('-')[0] ?? language].find((tag) => Object.hasOwn(card.words, tag));
  const words = chosen === undefined ? undefined : card.words[chosen];
  if (chosen === undefined || words === undefined)
    return refuse(`"${card.name}" has no words in "${language}". It has: ${card.languages.join(', ')}.`);
  const compiled = await compileCard({ mjml: card.mjml, words, language: chosen });
  return compiled.ok ? compiled.card : refuse(compiled.problems.map(describeProblem).join('\n'));
}

async function publishedCard(db: Db, id: string, language: string | undefined): Promise<Found> {
  const row = await db
    .selectFrom('card')
    .innerJoin('business', 'business.id', 'card.business_id')
    .select(['card.business_id', 'card.gallery', 'business.name', 'business.postal_address', 'business.locale'])
    .where('card.id', '=', id)
    .executeTakeFirst();
  if (!row) return refuse('There is no published card with this id.');
  const wording = await findWording(db, row.business_id, id, null, [language ?? row.locale]);
  if (!wording) return refuse('This card has no words yet. Publish it first.');
  const sample = (await readGalleryCard(row.gallery ?? 'birthday-balloons'))?.sample;
  if (!sample) return refuse('There is no sample for this card. Give all of its fields.');
  return { card: wording.card, sample: { ...sample, business: { name: row.name, postalAddress: row.postal_address } } };
}

// A customer's own facts are never made up: a card must be seen as those get it who lack them.
function filledUp(given: Given, sample: MergeData): MergeData {
  const part = (name: 'business' | 'occasion' | 'links'): object => ({
    ...sample[name],
    ...(isObject(given[name]) ? given[name] : {}),
  });
  return { customer: {}, ...given, business: part('business'), occasion: part('occasion'), links: part('links') } as MergeData;
}

function isObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
