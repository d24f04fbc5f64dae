/** Keeps the place of what is on its way, at its size. Hidden from screen readers: the region says "loading" once. */
export function Skeleton({ className }: Readonly<{ className: string }>) {
  return <span aria-hidden className={`block animate-pulse rounded-md bg-raised ${className}`} />
}
