'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import type { CredentialsState } from '@/components/auth/credentials-form'
import { SIGN_UP_FROM_CLIENT } from '@/lib/auth/limits'
import { takeAttempt } from '@/lib/auth/take-attempt'
import { emailSchema } from '@/lib/core/accounts/email'
import { openAccount } from '@/lib/core/accounts/open-account'
import { newPasswordSchema } from '@/lib/core/accounts/password'
import { env } from '@/lib/env'
import { formFields, publicAction } from '@/lib/http/action'
import type { Refusal } from '@/lib/http/dialect'
import { BillingError } from '@/lib/kit/errors'
import { usdFromCents } from '@/lib/kit/money'
import { resolveReturnUrl } from '@/lib/kit/return-url'
import { endSession, signInWithPassword } from '@/lib/server/sign-in'

const signInForm = z.object({
  email: emailSchema,
  password: z
    .string('Enter your password')
    .min(1, 'Enter your password')
    .max(256, 'Use at most 256 characters'),
  callbackUrl: z.string().optional(),
})

const signUpForm = signInForm.extend({ password: newPasswordSchema })

const submitSignIn = publicAction({
  name: 'sign-in',
  input: signInForm,
  handler: async (_ctx, form): Promise<CredentialsState> => {
    if (!(await signInWithPassword(form))) throw formError('E-mail or password is wrong.')
    redirect(landingPage(form.callbackUrl))
  },
  refused,
})

/** Sent twice, it opens one account and signs in both times: whoever has the password of the account is its owner. */
const submitSignUp = publicAction({
  name: 'sign-up',
  input: signUpForm,
  handler: async (ctx, form, client): Promise<CredentialsState> => {
    await takeAttempt(ctx.db, [{ name: `sign-up:${client}`, limit: SIGN_UP_FROM_CLIENT }])
    const { API_KEY_PEPPER: pepper, WELCOME_CREDIT_CENTS } = env()
    await openAccount(ctx, { ...form, name: null, welcome: usdFromCents(WELCOME_CREDIT_CENTS), pepper })
    if (!(await signInWithPassword(form))) {
      throw formError('There is an account with this e-mail already. Sign in instead.', 'email')
    }
    redirect(landingPage(form.callbackUrl))
  },
  refused,
})

const submitSignOut = publicAction({
  name: 'sign-out',
  input: z.unknown(),
  handler: async (): Promise<void> => {
    await endSession()
    redirect('/sign-in')
  },
  refused: ({ message }) => {
    throw new Error(message)
  },
})

export async function signIn(_state: CredentialsState, form: FormData): Promise<CredentialsState> {
  return submitSignIn(formFields(form))
}

export async function signUp(_state: CredentialsState, form: FormData): Promise<CredentialsState> {
  return submitSignUp(formFields(form))
}

export async function signOut(): Promise<void> {
  return submitSignOut(null)
}

/** Only a page of our own; whatever else was asked for, the billing page. */
function landingPage(callbackUrl: string | undefined): string {
  const { origin } = new URL(env().APP_URL)
  const url = resolveReturnUrl(callbackUrl ?? '', [origin])
  return url === null ? '/billing' : url.slice(origin.length) || '/'
}

function refused(refusal: Refusal, raw: unknown): CredentialsState {
  const email = z.object({ email: z.string() }).safeParse(raw).data?.email ?? ''
  const fieldErrors = refusal.fields?.fieldErrors ?? {}
  const inFields = Object.keys(fieldErrors).length > 0
  return { message: inFields ? null : (refusal.fields?.formErrors[0] ?? refusal.message), fieldErrors, email }
}

function formError(message: string, field?: string): BillingError {
  const fields =
    field === undefined
      ? { formErrors: [message], fieldErrors: {} }
      : { formErrors: [], fieldErrors: { [field]: [message] } }
  return new BillingError('invalid_input', message, { fields })
}
