/** The name with its sign: a dial's arc around a point. */
export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2.5 text-[0.9375rem] font-semibold tracking-tight">
      <svg viewBox="0 0 24 24" aria-hidden className="size-6 text-accent" fill="none" stroke="currentColor">
        <path d="M20.5 12a8.5 8.5 0 1 1-4.25-7.36" strokeWidth="2.5" strokeLinecap="round" />
        <circle cx="12" cy="12" r="3" fill="currentColor" stroke="none" />
      </svg>
      Talktime
    </span>
  )
}
