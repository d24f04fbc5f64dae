import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { AuthPage } from '@/components/auth/auth-page'
import { AuthSwitch } from '@/components/auth/auth-switch'
import { CredentialsForm } from '@/components/auth/credentials-form'
import { readCallbackUrl, type SearchParams } from '@/components/auth/read-callback-url'
import { findUser } from '@/lib/http/require-user'
import { signUp } from '../actions'

export const metadata: Metadata = { title: 'Create an account' }

export default async function SignUpPage({ searchParams }: Readonly<{ searchParams: SearchParams }>) {
  if ((await findUser()) !== null) redirect('/billing')
  const callbackUrl = readCallbackUrl(await searchParams)
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
        />
      }
    >
      <CredentialsForm purpose="sign-up" action={signUp} callbackUrl={callbackUrl} />
    </AuthPage>
  )
}
