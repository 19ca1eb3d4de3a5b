import type { MemberRoute, OpenRoute } from '../../visit.ts';

export const settingsRoutes: MemberRoute[] = [];

/** What a shop shows the world: its logo and pictures, as mails name them. */
export const pictureRoutes: OpenRoute[] = [];
