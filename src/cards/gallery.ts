import { readdir, readFile } from 'node:fs/promises';
import type { MergeData } from './fields.ts';
import type { Words } from './words.ts';

export interface GalleryEntry {
  name: string;
  /** What people call it, such as "Warm balloons". */
  title: string;
  /**
   * The kind of occasion it is made for: birthday, anniversary, years-with-us, welcome, thank-you, survey, we-miss-you, new-year,
   * apology, congratulations.
   */
  occasion: string;
  style: 'typographic' | 'painted' | 'playful' | 'elegant';
  /** One sentence on its look. */
  about: string;
  languages: string[];
}

export interface GalleryCard extends GalleryEntry {
  mjml: string;
  /** By language. */
  words: Record<string, Words>;
  sample: MergeData;
}

const GALLERY = new URL('../../templates/cards/', import.meta.url);

/** The ready cards that come with Fondly, by name. */
export async function listGallery(): Promise<GalleryEntry[]> {
  const names = (await readdir(GALLERY, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  return Promise.all(names.toSorted().map(readEntry));
}

/** One ready card with its words in every language, or undefined if there is none of that name. */
export async function readGalleryCard(name: string): Promise<GalleryCard | undefined> {
  const entry = (await listGallery()).find((known) => known.name === name);
  if (!entry) return undefined;
  const words = await Promise.all(
    entry.languages.map(async (language) => [language, await readJson<Words>(`${name}/words/${language}.json`)] as const),
  );
  const { data } = await readJson<{ data: MergeData }>(`${name}/sample.json`);
  return {
    ...entry,
    mjml: await readFile(new URL(`${name}/card.mjml`, GALLERY), 'utf8'),
    words: Object.fromEntries(words),
    sample: data,
  };
}

async function readEntry(name: string): Promise<GalleryEntry> {
  const { title, occasion, style, about } = await readJson<Omit<GalleryEntry, 'name' | 'languages'>>(`${name}/sample.json`);
  const files = await readdir(new URL(`${name}/words/`, GALLERY));
  const languages = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
  return { name, title, occasion, style, about, languages: languages.toSorted() };
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(new URL(path, GALLERY), 'utf8')) as T;
}
