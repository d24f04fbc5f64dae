import { inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { InvoiceView } from '../page-port'
import { printInvoice } from './print-invoice'
import { createMemoryPort } from './testing/memory-port'

async function print(given: Partial<InvoiceView> = {}): Promise<Buffer> {
  const invoice = await createMemoryPort({ invoice: given }).invoiceByToken('invoice-token')
  if (invoice === null) throw new Error('The example has no invoice.')
  return Buffer.from(await printInvoice(invoice))
}

/** The text that a standard font shows, in drawing order: its strings are WinAnsi bytes written in hexadecimal. */
function textOf(pdf: Buffer): string {
  const streams = [...pdf.toString('latin1').matchAll(/FlateDecode\n>>\nstream\n([^]*?)\nendstream/g)]
  return streams
    .map(([, stream = '']) => inflateSync(Buffer.from(stream, 'latin1')).toString('latin1'))
    .flatMap((content) => content.match(/\[.*\] TJ/g) ?? [])
    .map((line) => [...line.matchAll(/<([0-9a-f]+)>/g)].map(([, hex = '']) => decode(hex)).join(''))
    .join('\n')
}

function decode(hex: string): string {
  return Buffer.from(hex, 'hex').toString('latin1')
}

function pageCount(pdf: Buffer): number {
  return (pdf.toString('latin1').match(/\/Type \/Page\b/g) ?? []).length
}

test('prints one page with number, lines, totals and the state', async () => {
  const pdf = await print()
  const text = textOf(pdf)
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  expect(pageCount(pdf)).toBe(1)
  for (const part of [
    'TALK-0001',
    'Talktime credits',
    '$1,234.50',
    'Paid November 21, 2026',
    'no real money',
  ]) {
    expect(text).toContain(part)
  }
})

test('shows what is still owed on an open invoice', async () => {
  const text = textOf(await print({ status: 'open', paidSeconds: null, amountPaidCents: 23_450 }))
  expect(text).toContain('Not paid yet')
  expect(text).toContain('Amount due\n$1,000.00')
})

test('shows a discount between subtotal and total', async () => {
  const text = textOf(await print({ discountCents: 23_450, totalCents: 100_000, amountPaidCents: 100_000 }))
  expect(text).toContain('Subtotal\n$1,234.50\nDiscount\n-$234.50\nTotal\n$1,000.00')
})

test('runs over to more pages rather than off the first', async () => {
  const line = (index: number) => ({ description: `Line ${index}`, quantity: 1, amountCents: 100 })
  const pdf = await print({ lines: Array.from({ length: 60 }, (_, index) => line(index)) })
  expect(pageCount(pdf)).toBeGreaterThan(1)
  expect(textOf(pdf)).toContain('Line 59')
})

test('embeds a font for a name that the standard one cannot write', async () => {
  const embedded = (pdf: Buffer) => pdf.includes('/FontFile2')
  expect(embedded(await print({ customerName: 'Zoë Müller' }))).toBe(false)
  expect(embedded(await print({ customerName: 'Łukasz Żółć' }))).toBe(true)
})
