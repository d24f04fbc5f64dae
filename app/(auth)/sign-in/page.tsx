import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { AuthPage } from '@/components/auth/auth-page'
import { AuthSwitch } from '@/components/auth/auth-switch'
import { CredentialsForm } from '@/components/auth/credentials-form'
import { readParam, type SearchParams } from '@/components/auth/read-param'
import { endedLook } from '@/lib/http/ended-look'
import { findUser } from '@/lib/http/require-user'
import { signIn } from '../actions'

export const metadata: Metadata = { title: 'Sign in' }

export default async function SignInPage({ searchParams }: Readonly<{ searchParams: SearchParams }>) {
  if ((await findUser()) !== null) redirect('/billing')
  if ((await endedLook()) !== null) redirect('/impersonation')
  const params = await searchParams
  const callbackUrl = readParam(params, 'callbackUrl')
  const email = readParam(params, 'email')
  return (
    <AuthPage
      title="Sign in"
      lead="Your balance, numbers and payments."
      footer={
        <AuthSwitch
          question="New to Talktime?"
          href="/sign-up"
          label="Create an account"
          callbackUrl={callbackUrl}
          email={email}
        />
      }
    >
      <CredentialsForm purpose="sign-in" action={signIn} callbackUrl={callbackUrl} email={email} />
    </AuthPage>
  )
}
