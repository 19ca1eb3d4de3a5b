import type { LetterLinks } from '../businesses/letters.ts';
import type { LinkKeys } from '../links/keys.ts';
import { signLink } from '../links/token.ts';
import type { Ref } from './due.ts';

/** The links of one card, each signed for one purpose. */
export interface CardLinks {
  view(ref: Ref): string;
  unsubscribe(ref: Ref): string;
  preferences(ref: Ref): string;
  answer(ref: Ref, value: number): string;
  /** Of a sign-up, by its id. */
  confirm(ref: Ref): string;
  /** Where the pictures of all cards are kept. */
  pictures: string;
}

/** `publicUrl` is where customers reach us. The paths are short, because List-Unsubscribe stands on one line: `/v/`, `/u/`, `/p/`, `/a/` and a token. */
export function cardLinks(publicUrl: string, keys: LinkKeys): CardLinks & LetterLinks {
  const base = publicUrl.replace(/\/+$/, '');
  const target = ({ businessId, id }: Ref) => ({ business: businessId, touchpoint: id });
  return {
    view: (ref) => `${base}/v/${signLink(keys, { ...target(ref), purpose: 'view' })}`,
    unsubscribe: (ref) => `${base}/u/${signLink(keys, { ...target(ref), purpose: 'unsubscribe' })}`,
    preferences: (ref) => `${base}/p/${signLink(keys, { ...target(ref), purpose: 'preferences' })}`,
    answer: (ref, value) => `${base}/a/${signLink(keys, { ...target(ref), purpose: 'survey', value })}`,
    confirm: (ref) => `${base}/c/${signLink(keys, { ...target(ref), purpose: 'confirm' })}`,
    invitation: (ref) => `${base}/invited/${signLink(keys, { ...target(ref), purpose: 'invitation' })}`,
    password: ({ accountId, id }) =>
      `${base}/reset/${signLink(keys, { business: accountId, touchpoint: id, purpose: 'password' })}`,
    pictures: `${base}/pictures/`,
  };
}
