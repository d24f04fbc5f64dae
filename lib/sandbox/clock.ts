import type { Sql } from './store/store'

/** Real time plus an offset that only grows (and may begin below zero); the offset survives restarts. */
export type EmulatedClock = {
  nowMilliseconds(): number
  nowSeconds(): number
  /** Moves forward; `seconds` at least 0. */
  advance(seconds: number): Promise<void>
  /** Moves forward to the very beginning of this second, unless it is that late already. */
  moveTo(seconds: number): Promise<void>
  reset(): Promise<void>
}

/** A fresh clock begins at `startsAt`, or at real time where that is null; a kept one goes on from where it was. */
export async function openClock(sql: Sql, startsAt: Date | null): Promise<EmulatedClock> {
  const [row] = await sql<
    { value: string }[]
  >`select value from sandbox.settings where name = 'clock_offset_ms'`
  let offset = Number(row?.value ?? (startsAt === null ? 0 : startsAt.getTime() - Date.now()))
  const keep = async (next: number): Promise<void> => {
    await sql`insert into sandbox.settings (name, value) values ('clock_offset_ms', ${String(next)})
              on conflict (name) do update set value = excluded.value`
    offset = next
  }
  if (row === undefined) await keep(offset)
  return {
    nowMilliseconds: () => Date.now() + offset,
    nowSeconds: () => Math.floor((Date.now() + offset) / 1000),
    advance: (seconds) => keep(offset + Math.round(seconds * 1000)),
    moveTo: async (seconds) => {
      const ahead = seconds * 1000 - (Date.now() + offset)
      if (ahead > 0) await keep(offset + ahead)
    },
    reset: () => keep(0),
  }
}
