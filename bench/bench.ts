import type { TestServer } from '@/lib/testing/test-server'

/** What a bench module is given. */
export type BenchContext = Readonly<{
  /** A PostgreSQL of the bench's own, with a migrated template to copy databases from. */
  server: TestServer
  /** A line about what is being done. */
  say(text: string): void
}>

/** One line of the table. */
export type BenchRow = Readonly<{
  name: string
  /** The figure measured, with its unit. */
  measured: string
  /** What it stands beside, with its unit; null where the figure stands alone. */
  beside: string | null
  /** Measured over beside, or null where that says nothing. */
  ratio: number | null
  /** What is asked for, in words, or null where nothing is. */
  target: string | null
  /** Whether the target is met; null where there is none. */
  isMet: boolean | null
}>

/** Every bench module exports this as `run`. */
export type Bench = (context: BenchContext) => Promise<readonly BenchRow[]>
