import NextAuth, { AuthError, CredentialsSignin, type NextAuthConfig } from 'next-auth'
import { encode, type JWTEncodeParams } from 'next-auth/jwt'
import Credentials from 'next-auth/providers/credentials'
import { z } from 'zod'
import { clientAddress } from '@/lib/auth/client-address'
import { newSessionToken } from '@/lib/auth/credential'
import { hashedSessionAdapter } from '@/lib/auth/hashed-sessions'
import { signInBuckets } from '@/lib/auth/limits'
import { SESSION_SECONDS, sessionCookie } from '@/lib/auth/session-cookie'
import { takeAttempt } from '@/lib/auth/take-attempt'
import { checkPassword, type Person } from '@/lib/core/accounts/check-password'
import { emailSchema } from '@/lib/core/accounts/email'
import { BillingError } from '@/lib/kit/errors'
import { resolveReturnUrl } from '@/lib/kit/return-url'
import { container, contextFor } from './container'

/**
 * next-auth writes sessions: it checks who signs in, sets the cookie, and deletes the row at sign-out. It does not read
 * them for us: `identify` does, in the round trip that also counts the request, for pages and routes alike.
 */
const { handlers, signIn, signOut } = NextAuth(() => configuration())

export { handlers }

/**
 * Signs the browser in: a new session, its cookie on the answer. False for a wrong e-mail or password. For actions.
 * @throws BillingError `rate_limited`, `database_unavailable`
 */
export async function signInWithPassword(
  form: Readonly<{ email: string; password: string }>,
): Promise<boolean> {
  try {
    await signIn('credentials', { ...form, redirect: false })
    return true
  } catch (error) {
    if (error instanceof RefusedSignIn) throw error.refusal
    if (error instanceof CredentialsSignin) return false
    if (error instanceof AuthError) throw error.cause?.err ?? error
    throw error
  }
}

/** Ends the browser's session: row and cookie. For actions. */
export async function endSession(): Promise<void> {
  await signOut({ redirect: false })
}

/** A sign-in that was refused for a reason of ours, which next-auth would otherwise replace with one of its own. */
class RefusedSignIn extends CredentialsSignin {
  constructor(readonly refusal: BillingError) {
    super(refusal.message)
    this.code = refusal.code
  }
}

function configuration(): NextAuthConfig {
  const { env, databases, clock, log } = container()
  const cookie = sessionCookie(env.APP_URL)
  const adapter = hashedSessionAdapter(databases.app, clock)
  return {
    adapter,
    providers: [Credentials({ credentials: { email: {}, password: {} }, authorize })],
    secret: env.AUTH_SECRET,
    // The addresses we redirect to come from APP_URL, so the Host header decides nothing.
    trustHost: true,
    useSecureCookies: cookie.secure,
    cookies: {
      sessionToken: { name: cookie.name, options: cookie.options },
    },
    // No strategy is named: with an adapter it is `database`, but next-auth refuses that by name beside passwords.
    // Never extended: the lifetime of a session is absolute.
    session: { maxAge: SESSION_SECONDS, updateAge: SESSION_SECONDS },
    jwt: { encode: (params) => encodeToken(params, cookie.name, adapter) },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    callbacks: {
      redirect: ({ url }) => resolveReturnUrl(url, [new URL(env.APP_URL).origin]) ?? env.APP_URL,
    },
    logger: {
      error: (error) =>
        error instanceof CredentialsSignin ? undefined : log.error({ err: error }, 'next-auth'),
      warn: (code) => log.debug({ code }, 'next-auth'),
      debug: () => undefined,
    },
  }
}

/**
 * After a password, next-auth puts a token of its own making into the session cookie even where sessions are rows.
 * That token is ours instead: 256 random bits, new at each sign-in, and the row that they name.
 */
async function encodeToken(
  params: JWTEncodeParams,
  cookieName: string,
  adapter: ReturnType<typeof hashedSessionAdapter>,
): Promise<string> {
  const userId = params.token?.sub
  if (params.salt !== cookieName || userId === undefined) return encode(params)
  const sessionToken = newSessionToken()
  const expires = new Date(Date.now() + SESSION_SECONDS * 1000)
  await adapter.createSession?.({ sessionToken, userId, expires })
  return sessionToken
}

const formSchema = z.object({ email: emailSchema, password: z.string().min(1).max(256) })

async function authorize(credentials: unknown, request: Request): Promise<Person | null> {
  const form = formSchema.safeParse(credentials)
  if (!form.success) return null
  try {
    return await admit(form.data, request.headers)
  } catch (error) {
    if (error instanceof BillingError) throw new RefusedSignIn(error)
    throw error
  }
}

/** Checks the password, and ends the session that the browser had before: it is never carried over a sign-in. */
async function admit(form: z.infer<typeof formSchema>, headers: Headers): Promise<Person | null> {
  const { env, databases, clock } = container()
  await takeAttempt(databases.app, signInBuckets(form.email, clientAddress(headers, env.TRUSTED_PROXY_HOPS)))
  const person = await checkPassword(await contextFor({ kind: 'system', name: 'sign-in' }), form)
  const earlier = sessionCookie(env.APP_URL).read(headers.get('cookie'))
  if (person !== null && earlier !== undefined) {
    await hashedSessionAdapter(databases.app, clock).deleteSession?.(earlier)
  }
  return person
}
