import { z } from 'zod'
import { getInvoiceLinks } from '@/lib/core/invoices/get-invoice-links'
import { endpoint } from '@/lib/http/endpoint'
import { route } from '@/lib/http/route'
import { dial } from './errors'

/** 200 of get-invoice. Null until the invoice is finished. */
export const invoiceResponse = z.strictObject({
  hostedInvoiceUrl: z.url().nullable(),
  invoicePdf: z.url().nullable(),
})

/** /api/v1/billing/invoices/{invoiceId} */
export const invoice = endpoint(dial, {
  GET: route({
    dialect: dial,
    scope: 'billing:read',
    action: 'read-provider',
    params: z.object({ invoiceId: z.string() }),
    handler: (ctx, { params }) => getInvoiceLinks(ctx, params),
  }),
})
