import { sendToInvoice } from '@/app/(dashboard)/billing/invoices/send-to-invoice'
import { readerOf, requireStaffAccount } from '@/lib/http/require-staff'

type Params = Readonly<{ params: Promise<{ accountId: string; invoiceId: string }> }>

export async function GET(request: Request, { params }: Params): Promise<Response> {
  const { invoiceId } = await params
  return sendToInvoice(request, invoiceId, async () => {
    const { ctx, account } = await requireStaffAccount(params)
    return readerOf(ctx, account.id)
  })
}
