import { Skeleton } from './skeleton'

export function CardSkeleton({ rows }: Readonly<{ rows: number }>) {
  return (
    <div className="rounded-xl border border-line bg-surface shadow-card">
      <div className="flex h-14 items-center border-b border-line px-5">
        <Skeleton className="h-4 w-28" />
      </div>
      <RowsSkeleton rows={rows} />
    </div>
  )
}

/** Rows of a list at the height of real ones. */
export function RowsSkeleton({ rows }: Readonly<{ rows: number }>) {
  return (
    <div className="divide-y divide-line">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex h-15 items-center justify-between px-5">
          <div className="flex flex-col gap-2">
            <Skeleton className="h-3.5 w-36" />
            <Skeleton className="h-3 w-24" />
          </div>
          <Skeleton className="h-4 w-16" />
        </div>
      ))}
    </div>
  )
}
