import type { OpenRoute } from '../../visit.ts';

/** Whatever a person does about themselves, outside of any shop. */
export const accountRoutes: OpenRoute[] = [];
