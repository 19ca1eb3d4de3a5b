import { createHash, hkdfSync } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { twoFactor } from 'better-auth/plugins/two-factor';
import { v7 } from 'uuid';
import { z } from 'zod';
import { FROM_HEADER } from './accounts-device.ts';
import type { Db } from './commit.ts';

export interface AuthParts {
  db: Db;
  /** Newest first. */
  secretKeys: readonly string[];
  publicUrl: string;
}

export type Auth = ReturnType<typeof betterAuthFor>;

export const SHORTEST_PASSWORD = 10;
export const LONGEST_PASSWORD = 200;

const HOUR = 60 * 60;
const SESSION_DAYS = 30;

/**
 * better-auth on our tables. Only its functions are called, from our own pages: its HTTP handler is mounted nowhere, so its rate limit is
 * off (ours is in sign-in-limits.ts) and so is signing up by oneself.
 */
export function betterAuthFor({ db, secretKeys, publicUrl }: AuthParts) {
  return betterAuth({
    appName: 'Fondly',
    baseURL: publicUrl,
    secrets: secretKeys.map(secretOf),
    database: { db, type: 'postgres' },
    telemetry: { enabled: false },
    logger: { disabled: true },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: SHORTEST_PASSWORD,
      maxPasswordLength: LONGEST_PASSWORD,
    },
    ...tables,
    session: { ...tables.session, expiresIn: SESSION_DAYS * 24 * HOUR, updateAge: HOUR },
    advanced: {
      cookiePrefix: 'fondly',
      database: { generateId: () => v7() },
      ipAddress: { ipAddressHeaders: [FROM_HEADER] },
    },
    plugins: [twoFactor({ issuer: 'Fondly', schema: { twoFactor: twoFactorTable, user: { fields: userTwoFactor } } }), opening],
  });
}

const times = { createdAt: 'created_at', updatedAt: 'updated_at' };

const tables = {
  user: { modelName: 'auth_user', fields: { ...times, emailVerified: 'email_verified' } },
  session: {
    modelName: 'auth_session',
    fields: { ...times, expiresAt: 'expires_at', ipAddress: 'ip_address', userAgent: 'user_agent', userId: 'user_id' },
  },
  account: {
    modelName: 'auth_account',
    fields: {
      ...times,
      accountId: 'account_id',
      providerId: 'provider_id',
      userId: 'user_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
    },
  },
  verification: { modelName: 'auth_verification', fields: { ...times, expiresAt: 'expires_at' } },
};

const userTwoFactor = { twoFactorEnabled: 'two_factor_enabled' };

const twoFactorTable = {
  modelName: 'auth_two_factor',
  fields: {
    backupCodes: 'backup_codes',
    userId: 'user_id',
    failedVerificationCount: 'failed_verification_count',
    lockedUntil: 'locked_until',
  },
};

/** Signs somebody in who has just proved who they are in another way: by making the account. */
const opening = {
  id: 'fondly-opening',
  endpoints: {
    openSession: createAuthEndpoint.serverOnly(
      { method: 'POST', body: z.object({ accountId: z.string() }), requireHeaders: true },
      async (ctx) => {
        const user = await ctx.context.internalAdapter.findUserById(ctx.body.accountId);
        const session = user && (await ctx.context.internalAdapter.createSession(user.id));
        if (user && session) await setSessionCookie(ctx, { session, user });
        return ctx.json({ opened: Boolean(session) });
      },
    ),
  },
};

// A secret of its own, made of ours (RFC 5869). Its number is made of it too, so that it stays the same when newer keys are put in front.
function secretOf(key: string): { version: number; value: string } {
  const value = Buffer.from(hkdfSync('sha256', key, '', 'fondly sign-in v1', 32)).toString('base64url');
  return { version: createHash('sha256').update(value).digest().readUInt32BE(0) >>> 1, value };
}
