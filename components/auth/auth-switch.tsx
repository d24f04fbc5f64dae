type Props = Readonly<{
  question: string
  href: '/sign-in' | '/sign-up'
  label: string
  callbackUrl: string | null
}>

/** The way to the other of the two pages, keeping where to go afterwards. */
export function AuthSwitch({ question, href, label, callbackUrl }: Props) {
  const query = callbackUrl === null ? '' : `?${new URLSearchParams({ callbackUrl }).toString()}`
  return (
    <>
      {question}{' '}
      <a href={href + query} className="font-medium text-accent underline underline-offset-4">
        {label}
      </a>
    </>
  )
}
