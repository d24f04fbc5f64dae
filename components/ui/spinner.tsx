/** Work under way. Says nothing by itself: whoever shows it says in words what is happening. */
export function Spinner({ className = '' }: Readonly<{ className?: string }>) {
  return (
    <span
      aria-hidden
      className={`inline-block size-4 animate-spin rounded-full border-2 border-current border-r-transparent ${className}`}
    />
  )
}
