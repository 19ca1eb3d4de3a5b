import type { Fields, Guest, House } from '../../support/house.ts';

/** By '<METHOD> <path>', as the route's table has it: 'GET /customers/:customer'. Each is made anew for each try. */
export type Cases = Record<string, (house: House) => Case | Promise<Case>>;

/** One good request to a route by whoever may make it. The test goes on to make it as those who may not. */
export interface Case {
  /** Of things of `house.business`, made for this case. */
  params?: Record<string, string>;
  /** The same things of `house.other`, or those that are nobody's: with these nothing is to be found, and nothing to change. */
  foreign?: Record<string, string>;
  /** Without '?'. */
  query?: string;
  form?: Fields;
  headers?: Record<string, string>;
  /** 200 for GET and 303 for POST unless said. */
  expect?: number;
  /** Of a page outside of any shop: who may make it; Ben unless said. */
  as?: Guest;
  /** Of such a page: what nobody is answered, unless to be sent to sign in. */
  nobody?: number;
}
