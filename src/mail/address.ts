import { domainToASCII } from 'node:url';

/** An address as it is shown and written to, and the key by which two of them are the same. */
export interface Address {
  readonly address: string;
  readonly key: string;
}

/** A display name and an address: how a sender or recipient is always passed on, never as one string. */
export interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

const LONGEST = 254;
const LONGEST_LOCAL = 64;
// oxlint-disable-next-line no-control-regex -- control characters are what is refused here
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * Reads one e-mail address as a person typed it or a file held it; else why not, in words for that person.
 * `address` keeps the person's spelling with the domain in lower case; `key` is lower case with the domain as A-labels (RFC 5890).
 * Lengths are checked before anything else looks at the text (RFC 5321, 4.5.3.1).
 */
export function readAddress(text: string): Address | { readonly reason: string } {
  const problem = problemWith(text);
  if (problem) return { reason: problem };
  const address = text.trim().normalize('NFC');
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  if (local.length > LONGEST_LOCAL) return { reason: `The part before the @ is longer than ${LONGEST_LOCAL} letters.` };
  if (/[^\u0020-\u007e]/.test(local)) return { reason: 'Mail can only be sent to plain letters before the @ (no accents).' };
  if (!LOCAL.test(local)) return { reason: 'The part before the @ is not one that mail can be sent to.' };
  const typed = address.slice(at + 1).toLowerCase();
  const domain = asciiDomain(typed);
  if (!DOMAIN.test(domain)) return { reason: 'The part after the @ is not a domain like example.com.' };
  if (local.length + 1 + domain.length > LONGEST) return { reason: `An address has at most ${LONGEST} letters.` };
  return { address: `${local}@${typed}`, key: `${local.toLowerCase()}@${domain}` };
}

/** Reads `Name <a@b>`, `"Name" <a@b>` or a bare address, as a sender is written in settings. */
export function readMailbox(text: string): (Mailbox & Address) | { readonly reason: string } {
  if (text.length > LONGEST + 200) return { reason: 'That is too long for a name and an address.' };
  const match = /^\s*"?([^"<>]*?)"?\s*<([^<>]*)>\s*$/.exec(text);
  const address = readAddress(match?.[2] ?? text);
  if ('reason' in address) return address;
  const name = match?.[1]?.trim();
  if (name && CONTROL.test(name)) return { reason: 'The name holds a line break or another invisible character.' };
  return name ? { name, ...address } : address;
}

/** The spelling that goes over the wire: the domain as A-labels, the local part as it is. What is no address stays as it is. */
export function wireAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = asciiDomain(address.slice(at + 1));
  return at > 0 && domain ? `${address.slice(0, at)}@${domain}` : address;
}

// domainToASCII also undoes %41 and stops at a slash, as URLs do: only what a domain is made of may reach it.
function asciiDomain(domain: string): string {
  return /^[\p{L}\p{M}\p{N}.\u3002-]+$/u.test(domain) ? domainToASCII(domain) : '';
}

function problemWith(text: string): string | undefined {
  if (text.length > LONGEST + 66) return `An address has at most ${LONGEST} letters.`;
  const trimmed = text.trim();
  if (trimmed === '') return 'There is no address.';
  if (CONTROL.test(trimmed)) return 'The address holds a line break or another invisible character.';
  if (/[,;]/.test(trimmed) || trimmed.split('@').length > 2) return 'That looks like more than one address.';
  if (/\s/.test(trimmed)) return 'The address has a space in it.';
  if (!trimmed.includes('@')) return 'There is no @ in the address.';
  return undefined;
}
