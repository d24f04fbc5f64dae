type Props = Readonly<{
  question: string
  href: '/sign-in' | '/sign-up'
  label: string
  callbackUrl: string | null
  email: string | null
}>

/** The way to the other of the two pages, keeping where to go afterwards and whose it is. */
export function AuthSwitch({ question, href, label, callbackUrl, email }: Props) {
  const kept = { ...(callbackUrl !== null && { callbackUrl }), ...(email !== null && { email }) }
  const query = Object.keys(kept).length === 0 ? '' : `?${new URLSearchParams(kept).toString()}`
  return (
    <>
      {question}{' '}
      <a href={href + query} className="font-medium text-accent underline underline-offset-4">
        {label}
      </a>
    </>
  )
}
