import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import PDFDocument from 'pdfkit'
import type { InvoiceView } from '../page-port'
import { describeInvoiceFacts, describeInvoiceStatus, describeInvoiceSums } from './describe-invoice'
import { formatAmount } from './format-amount'

type Sheet = InstanceType<typeof PDFDocument>

/** The invoice as a PDF in Letter format, its text as text: one page, and more where the lines need them. */
export async function printInvoice(invoice: InvoiceView): Promise<Uint8Array<ArrayBuffer>> {
  const sheet = new PDFDocument({
    size: 'LETTER',
    margin: MARGIN,
    lang: 'en-US',
    displayTitle: true,
    info: {
      Title: `Invoice ${invoice.number}`,
      Author: invoice.merchantName,
      Creator: 'Talktime local Stripe',
      CreationDate: new Date(invoice.createdSeconds * 1000),
    },
  })
  const bytes = collect(sheet)
  drawHead(sheet, invoice)
  drawFacts(sheet, invoice)
  drawLines(sheet, invoice)
  drawSums(sheet, invoice)
  sheet.end()
  return bytes
}

function drawHead(sheet: Sheet, invoice: InvoiceView): void {
  write(sheet, 'Invoice', MARGIN, MARGIN, { size: 28, bold: true })
  write(sheet, invoice.number, MARGIN, MARGIN + 36, { color: MUTED })
  write(sheet, invoice.merchantName, MARGIN, MARGIN + 6, { bold: true, size: 13, alignRight: true })
  write(sheet, NOTICE, MARGIN, MARGIN + 24, { color: MUTED, size: 8.5, alignRight: true })
  drawStamp(sheet, invoice)
}

/** The state as a stamp under the merchant's name, so that it is seen before any figure. */
function drawStamp(sheet: Sheet, invoice: InvoiceView): void {
  const label = describeInvoiceStatus(invoice)
  const color = STAMPS[invoice.status]
  chooseFont(sheet, label, true).fontSize(11)
  const width = sheet.widthOfString(label) + 28
  const left = rightEdge(sheet) - width
  sheet
    .lineWidth(1.5)
    .roundedRect(left, MARGIN + 48, width, 28, 5)
    .stroke(color)
  write(sheet, label, left + 14, MARGIN + 57, { size: 11, bold: true, color })
}

function drawFacts(sheet: Sheet, invoice: InvoiceView): void {
  sheet.y = MARGIN + 100
  for (const [term, value] of describeInvoiceFacts(invoice)) {
    const top = sheet.y
    write(sheet, term, MARGIN, top, { color: MUTED })
    write(sheet, value, MARGIN + 90, top, { width: rightEdge(sheet) - MARGIN - 90 })
    sheet.y += 5
  }
  sheet.y += 26
}

function drawLines(sheet: Sheet, invoice: InvoiceView): void {
  drawLineHead(sheet)
  for (const line of invoice.lines) {
    chooseFont(sheet, line.description, false).fontSize(SIZE)
    const height = sheet.heightOfString(line.description, { width: DESCRIPTION_WIDTH })
    if (sheet.y + height > bottomEdge(sheet)) {
      sheet.addPage()
      drawLineHead(sheet)
    }
    const top = sheet.y
    write(sheet, String(line.quantity), MARGIN, top, { alignRight: true, inset: 110 })
    write(sheet, formatAmount(line.amountCents, invoice.currency), MARGIN, top, { alignRight: true })
    write(sheet, line.description, MARGIN, top, { width: DESCRIPTION_WIDTH })
    sheet.y = top + height + 9
  }
  drawRule(sheet)
}

function drawLineHead(sheet: Sheet): void {
  const top = sheet.y
  write(sheet, 'Quantity', MARGIN, top, { color: MUTED, alignRight: true, inset: 110 })
  write(sheet, 'Amount', MARGIN, top, { color: MUTED, alignRight: true })
  write(sheet, 'Description', MARGIN, top, { color: MUTED })
  sheet.y += 4
  drawRule(sheet)
}

function drawSums(sheet: Sheet, invoice: InvoiceView): void {
  const sums = describeInvoiceSums(invoice)
  if (sheet.y + sums.length * 20 > bottomEdge(sheet)) sheet.addPage()
  for (const [term, value] of sums) {
    const top = sheet.y
    const bold = term === 'Total'
    write(sheet, term, rightEdge(sheet) - 220, top, { bold })
    write(sheet, value, MARGIN, top, { bold, alignRight: true })
    sheet.y += 7
  }
}

function drawRule(sheet: Sheet): void {
  sheet.lineWidth(0.75).moveTo(MARGIN, sheet.y).lineTo(rightEdge(sheet), sheet.y).stroke(RULE)
  sheet.y += 12
}

type WriteStyle = Readonly<{
  size?: number
  bold?: boolean
  color?: string
  width?: number
  alignRight?: boolean
  /** How far from the right edge a right-aligned text ends, in points. */
  inset?: number
}>

function write(sheet: Sheet, text: string, left: number, top: number, style: WriteStyle): void {
  const { size = SIZE, bold = false, color = INK, alignRight = false, inset = 0 } = style
  const width = style.width ?? rightEdge(sheet) - left - inset
  chooseFont(sheet, text, bold).fontSize(size).fillColor(color)
  sheet.text(text, left, top, { width, align: alignRight ? 'right' : 'left' })
}

/** Helvetica needs no embedding but ends at the letters of western Europe; names go further. */
function chooseFont(sheet: Sheet, text: string, bold: boolean): Sheet {
  if (WINDOWS_1252.test(text)) return sheet.font(bold ? 'Helvetica-Bold' : 'Helvetica')
  return sheet.font(findFont(bold ? 'SemiBold' : 'Regular'))
}

function findFont(weight: 'Regular' | 'SemiBold'): string {
  const geist = createRequire(import.meta.url).resolve('geist/font/sans')
  return join(dirname(geist), 'fonts', 'geist-sans', `Geist-${weight}.ttf`)
}

function collect(sheet: Sheet): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    sheet.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    sheet.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))))
    sheet.on('error', reject)
  })
}

function rightEdge(sheet: Sheet): number {
  return sheet.page.width - MARGIN
}

function bottomEdge(sheet: Sheet): number {
  return sheet.page.height - MARGIN
}

const MARGIN = 56
const SIZE = 10.5
const DESCRIPTION_WIDTH = 310
const INK = '#1c2230'
const MUTED = '#5b6475'
const RULE = '#d9dde5'
const STAMPS = { paid: '#157347', open: '#8a5a00', uncollectible: '#a02334', void: MUTED } as const
const NOTICE = 'Made by the Talktime local Stripe: no real money moved'
const WINDOWS_1252 = /^[\n\x20-\x7e\xa0-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]*$/
