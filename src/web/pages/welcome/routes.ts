import type { MemberRoute, OpenRoute } from '../../visit.ts';

/** Before there is a shop. */
export const welcomeRoutes: OpenRoute[] = [];

/** The steps in a shop that exists, below `/shops/:shop/welcome`. */
export const setUpRoutes: MemberRoute[] = [];
