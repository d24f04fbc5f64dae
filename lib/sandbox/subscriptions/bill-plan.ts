import { newId } from '../ids'
import { newLine, unitAmount, type InvoiceLine } from '../invoices/invoice-lines'
import { requireProduct } from '../resources/make-product'
import type { Body } from '../store/kinds'
import type { Unit } from '../store/unit'
import { itemizes } from './make-subscription'
import type { Charge, Plan } from './plan-change'
import { sumOf, type BilledAs, type Credit, type Debit, type DiscountAmount } from './prorate'
import { describePart, describePeriod } from './read-terms'
import type { Subscription } from './save-subscription'

type InvoiceItem = Body<'invoiceitem'>
type Bill = Readonly<{ unit: Unit; subscription: Subscription; customer: Body<'customer'> }>

/** Debits by the subscription item they were billed for. */
export type Debits = Readonly<Record<string, readonly Debit[]>>

/** Makes the pending invoice items of a plan's prorations, credits first. @returns the debits that stand after it. */
export async function billProrations(bill: Bill, plan: Plan): Promise<Debits> {
  for (const credit of plan.credits) await creditItem(bill, credit)
  const debits = new Map(plan.items.map(({ id, debits: kept }) => [id, [...kept]]))
  for (const charge of plan.charges) {
    if (!charge.proration) continue
    const product = await requireProduct(bill.unit, charge.terms.product, 'items')
    const item = keepItem(bill, {
      subscriptionItem: charge.item,
      description: describePart('Remaining', product.name, charge.quantity, charge.period.start),
      gross: charge.amount,
      discounts: charge.discounts,
      quantity: charge.quantity,
      period: charge.period,
      price: { price: charge.terms.price, product: charge.terms.product },
      credited: null,
    })
    debits.get(charge.item)?.push(debitOf(charge, { kind: 'invoice_item', invoiceItem: item.id }))
  }
  return Object.fromEntries(debits)
}

async function creditItem(bill: Bill, credit: Credit & { item: string; quantity: number }): Promise<void> {
  const { debit } = credit
  const product = await requireProduct(bill.unit, debit.product, 'items')
  keepItem(bill, {
    subscriptionItem: credit.item,
    description: describePart('Unused', product.name, credit.quantity, credit.start),
    gross: -credit.gross,
    discounts: credit.discounts.map(({ discount, amount }) => ({ discount, amount: -amount })),
    quantity: credit.quantity,
    period: { start: credit.start, end: credit.end },
    price: { price: debit.price, product: debit.product },
    credited: await creditedBy(bill.unit, debit.billedAs),
  })
}

type Credited = NonNullable<InvoiceItem['proration_details']>['credited_items']

/** What a credit points to: the line of the debit, or its invoice item while that is on no invoice. */
async function creditedBy(unit: Unit, billedAs: BilledAs): Promise<Credited> {
  const at = (invoice: string, line: string): Credited => ({
    invoice_line_item_details: { invoice, invoice_line_items: [line] },
    type: 'invoice_line_items',
  })
  if (billedAs.kind === 'line') return at(billedAs.invoice, billedAs.line)
  const item = await unit.row('invoiceitem', billedAs.invoiceItem)
  const invoice = typeof item?.body.invoice === 'string' ? await unit.row('invoice', item.body.invoice) : null
  const line = invoice?.body.lines.data.find(
    ({ parent }) => parent?.subscription_item_details?.invoice_item === billedAs.invoiceItem,
  )
  return invoice === null || line === undefined
    ? { invoice_item: billedAs.invoiceItem, type: 'invoice_item' }
    : at(invoice.body.id, line.id)
}

type Proration = Readonly<{
  subscriptionItem: string
  description: string
  gross: number
  discounts: readonly DiscountAmount[]
  quantity: number
  period: Readonly<{ start: number; end: number }>
  price: Readonly<{ price: string; product: string }>
  credited: Credited
}>

function keepItem({ unit, subscription, customer }: Bill, proration: Proration): InvoiceItem {
  const net = proration.gross - sumOf(proration.discounts)
  const itemized = itemizes(subscription)
  const amount = itemized ? proration.gross : net
  const item = unit.save('invoiceitem', {
    id: newId('ii'),
    object: 'invoiceitem',
    amount,
    currency: subscription.currency,
    customer: customer.id,
    customer_account: null,
    date: unit.now,
    description: proration.description,
    discountable: false,
    discounts: proration.discounts.map(({ discount }) => discount),
    invoice: null,
    livemode: false,
    metadata: {},
    net_amount: net,
    parent: {
      subscription_details: {
        subscription: subscription.id,
        subscription_item: proration.subscriptionItem,
      },
      type: 'subscription_details',
    },
    period: { ...proration.period },
    pricing: {
      price_details: { ...proration.price },
      type: 'price_details',
      unit_amount_decimal: unitAmount(amount, proration.quantity),
    },
    proration: true,
    proration_details: {
      credited_items: proration.credited,
      // Where discounts are part of the amount, they are named with nothing beside it.
      discount_amounts: proration.discounts.map(({ discount, amount: off }) => ({
        amount: itemized ? off : 0,
        discount,
      })),
    },
    quantity: proration.quantity,
    quantity_decimal: String(proration.quantity),
    tax_rates: [],
    test_clock: customer.test_clock ?? null,
  })
  unit.emit('invoiceitem.created', item)
  return item
}

/** The invoice lines of whole periods, and the debits they make. */
export async function billPeriods(
  { unit, subscription }: Bill,
  charges: readonly Charge[],
  invoice: string,
  prices: ReadonlyMap<string, Body<'price'>>,
): Promise<Readonly<{ lines: InvoiceLine[]; debits: Debits }>> {
  const lines: InvoiceLine[] = []
  const debits: Record<string, Debit[]> = {}
  for (const charge of charges) {
    const price = prices.get(charge.terms.price)
    if (charge.proration || price === undefined) continue
    const product = await requireProduct(unit, charge.terms.product, 'items')
    const line = newLine({
      invoice,
      amount: charge.amount,
      currency: subscription.currency,
      description: describePeriod(price, product.name, charge.quantity),
      discounts: charge.discounts,
      quantity: charge.quantity,
      metadata: {},
      parent: {
        invoice_item_details: null,
        subscription_item_details: {
          invoice_item: null,
          proration: false,
          proration_details: { credited_items: null },
          subscription: subscription.id,
          subscription_item: charge.item,
        },
        type: 'subscription_item_details',
      },
      period: charge.period,
      price: { id: charge.terms.price, product: charge.terms.product },
      subscription: subscription.id,
    })
    lines.push(line)
    debits[charge.item] = [debitOf(charge, { kind: 'line', invoice, line: line.id })]
  }
  return { lines, debits }
}

function debitOf(charge: Charge, billedAs: BilledAs): Debit {
  return {
    billedAs,
    price: charge.terms.price,
    product: charge.terms.product,
    unitAmount: charge.terms.unitAmount,
    quantity: charge.quantity,
    start: charge.period.start,
    end: charge.period.end,
    gross: charge.amount,
    discounts: charge.discounts,
    creditedFrom: charge.period.end,
    credited: { gross: 0, discounts: [] },
  }
}
