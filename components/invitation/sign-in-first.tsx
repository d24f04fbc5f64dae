import { buttonClass } from '@/components/ui/button'

/** For who is not signed in: both ways lead back to the invitation. */
export function SignInFirst({ email, token }: Readonly<{ email: string; token: string }>) {
  const callbackUrl = `/invitation?${new URLSearchParams({ token }).toString()}`
  const query = new URLSearchParams({ callbackUrl, email }).toString()
  return (
    <div className="flex flex-wrap gap-3">
      <a href={`/sign-in?${query}`} className={buttonClass('primary')}>
        Sign in to accept
      </a>
      <a href={`/sign-up?${query}`} className={buttonClass('secondary')}>
        Create an account
      </a>
    </div>
  )
}
