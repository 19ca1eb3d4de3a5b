import type { OpenRoute } from '../../visit.ts';

export const accountRoutes: OpenRoute[] = [];
