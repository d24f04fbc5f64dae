import { z } from 'zod'
import { BillingError } from '@/lib/kit/errors'
import { usd } from '@/lib/kit/money'
import type { Fare } from './fare'

const COLUMNS = 'kind,prefix,effectiveFrom,name,priceMicros,incrementSeconds,minimumSeconds'

const seconds = z.string().regex(/^\d{1,4}$/)

const line = z
  .tuple([
    z.enum(['call', 'sms']),
    z.string(),
    z.iso.datetime({ offset: true }),
    z.string().min(1),
    z.string().regex(/^\d{1,12}$/),
    seconds.or(z.literal('')),
    seconds.or(z.literal('')),
  ])
  .transform(([kind, prefix, effectiveFrom, name, micros, increment, minimum]) => ({
    kind,
    prefix,
    effectiveFrom: new Date(effectiveFrom),
    name,
    price: usd(BigInt(micros)),
    incrementSeconds: increment === '' ? 1 : Number(increment),
    minimumSeconds: minimum === '' ? 0 : Number(minimum),
  }))

/**
 * Reads fares as a table: a head, then a fare a line; prices in micro-dollars, both seconds empty for messages. A cell with
 * a comma stands in quotes, in which a quote is written twice. @throws BillingError `invalid_input`, naming the line
 */
export function parseFaresCsv(text: string): readonly Fare[] {
  const [head, ...lines] = text.split(/\r?\n/).filter((row) => row.trim() !== '')
  if (head !== COLUMNS) throw new BillingError('invalid_input', `The first line must be: ${COLUMNS}`)
  return lines.map((row, i) => {
    const parsed = line.safeParse(cellsOf(row))
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      const column = COLUMNS.split(',')[Number(issue?.path[0])]
      throw new BillingError(
        'invalid_input',
        `Fare ${i + 1}: ${column ?? 'line'}: ${issue?.message ?? 'invalid'}`,
      )
    }
    return parsed.data
  })
}

function cellsOf(row: string): string[] {
  const cells = row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g)
  return Array.from(cells, ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
}
