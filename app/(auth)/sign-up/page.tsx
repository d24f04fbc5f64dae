import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { AuthPage } from '@/components/auth/auth-page'
import { AuthSwitch } from '@/components/auth/auth-switch'
import { CredentialsForm } from '@/components/auth/credentials-form'
import { readParam, type SearchParams } from '@/components/auth/read-param'
import { findUser } from '@/lib/http/require-user'
import { signUp } from '../actions'

export const metadata: Metadata = { title: 'Create an account' }

export default async function SignUpPage({ searchParams }: Readonly<{ searchParams: SearchParams }>) {
  if ((await findUser()) !== null) redirect('/billing')
  const params = await searchParams
  const callbackUrl = readParam(params, 'callbackUrl')
  const email = readParam(params, 'email')
  return (
    <AuthPage
      title="Create an account"
      lead="It comes with a phone number and a welcome credit."
      footer={
        <AuthSwitch
          question="Have an account already?"
          href="/sign-in"
          label="Sign in"
          callbackUrl={callbackUrl}
          email={email}
        />
      }
    >
      <CredentialsForm purpose="sign-up" action={signUp} callbackUrl={callbackUrl} email={email} />
    </AuthPage>
  )
}
