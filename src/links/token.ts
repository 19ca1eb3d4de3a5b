import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { LinkKeys, LinkPurpose } from './keys.ts';

/** Whose link it is (of a confirmation, whose sign-up; of a new password, whose account, and which of its wishes), and for a survey's buttons which answer it carries: 0–255, or a short word. */
export interface LinkTarget {
  readonly business: string;
  readonly touchpoint: string;
  readonly value?: number | string;
}

const VERSION = 0x10;
const HEAD = 1 + 16 + 16;
const TAG = 16;
const MOST_TEXT = 64;
const TEXT_MARK = 0xff;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const TOKEN = /^[A-Za-z0-9_-]{66,160}$/;

/**
 * The token of a link in a card: 66 characters of base64url, 67 with a number in it.
 * Bytes: version and key nibble (1), business (16), touchpoint (16), value (0, 1, or 0xff and UTF-8), HMAC-SHA256 cut to 128 bits.
 * Throws on ids that are not UUIDs and on values out of range: those are our faults, not a reader's.
 */
export function signLink(keys: LinkKeys, link: LinkTarget & { readonly purpose: LinkPurpose }): string {
  const head = Buffer.of(VERSION | keys.newest.nibble);
  const signed = Buffer.concat([head, uuidBytes(link.business), uuidBytes(link.touchpoint), valueBytes(link.value)]);
  return Buffer.concat([signed, tagOf(keys.newest.forPurpose(link.purpose), signed)]).toString('base64url');
}

/** Whose link this is, or undefined: the same answer for malformed, unknown, forged, and made for another purpose. */
export function readLink(keys: LinkKeys, purpose: LinkPurpose, token: string): LinkTarget | undefined {
  const bytes = tokenBytes(token);
  if (!bytes) return undefined;
  const signed = bytes.subarray(0, -TAG);
  const tag = bytes.subarray(-TAG);
  const candidates = keys.all.filter((key) => (VERSION | key.nibble) === bytes[0]);
  if (!candidates.some((key) => timingSafeEqual(tag, tagOf(key.forPurpose(purpose), signed)))) return undefined;
  return targetOf(signed);
}

// The spare bits of the last character must be zero, or one link would have several spellings.
function tokenBytes(token: string): Buffer | undefined {
  if (!TOKEN.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  return bytes.toString('base64url') === token ? bytes : undefined;
}

function tagOf(key: KeyObject, signed: Buffer): Buffer {
  return createHmac('sha256', key).update(signed).digest().subarray(0, TAG);
}

function targetOf(signed: Buffer): LinkTarget {
  const target = { business: uuidText(signed, 1), touchpoint: uuidText(signed, 17) };
  const value = signed.subarray(HEAD);
  if (value.length === 0) return target;
  return { ...target, value: value.length === 1 ? value.readUInt8(0) : value.toString('utf8', 1) };
}

function valueBytes(value: number | string | undefined): Buffer {
  if (value === undefined) return Buffer.alloc(0);
  if (typeof value === 'string') return textBytes(value);
  if (!Number.isInteger(value) || value < 0 || value > 255) throw new RangeError('A link carries whole numbers from 0 to 255');
  return Buffer.of(value);
}

function textBytes(value: string): Buffer {
  const text = Buffer.from(value, 'utf8');
  if (text.length === 0 || text.length > MOST_TEXT) throw new RangeError(`A link carries 1 to ${MOST_TEXT} bytes of text`);
  return Buffer.concat([Buffer.of(TEXT_MARK), text]);
}

function uuidBytes(id: string): Buffer {
  if (!UUID.test(id)) throw new TypeError('A link needs ids that are UUIDs');
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function uuidText(bytes: Buffer, at: number): string {
  return bytes.toString('hex', at, at + 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
